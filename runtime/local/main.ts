import { Command } from 'commander';
import { type DefaultRenderer, Listr, type ListrTask, PRESET_TIMER, type SimpleRenderer } from 'listr2';
import { pino } from 'pino';
import { describeVariables, readConfig } from '../program/config.ts';
import { errorMessage, exitCodes, SetupError } from '../program/errors.ts';
import { checkPage } from './check-page.ts';
import { localVariables } from './config.ts';
import { LocalPipeline } from './pipeline.ts';
import { differences } from './reconcile.ts';
import { refresh } from './refresh.ts';
import { countsTable, formatCount, progressBar } from './report.ts';
import { installedTools, lockState, stateFolder } from './state-folder.ts';

interface Options {
  readonly once?: boolean;
  readonly users?: string;
  readonly days?: string;
  readonly seed?: string;
  readonly state?: string;
}

/** The work of one stage: it may tell how far it is, and resolves with what it did in a few words. */
type StageWork = (tell: (text: string) => void) => Promise<string>;

type Task = ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Milliseconds between two lines about the same stage where the output is no terminal and every line stays. */
const linePauseMs = 2000;

function tellNowAndThen(tell: (text: string) => void): (text: string) => void {
  if (process.stdout.isTTY) return tell;
  let last = performance.now();
  return (text) => {
    if (performance.now() - last < linePauseMs) return;
    last = performance.now();
    tell(text);
  };
}

function stage(title: string, work: StageWork): Task {
  return {
    title,
    task: async (_context, task) => {
      const note = await work(
        tellNowAndThen((text) => {
          task.output = text;
        }),
      );
      task.title = `${title}: ${note}`;
    },
  };
}

const sumOf = (events: Readonly<Record<string, number>>) =>
  Object.values(events).reduce((total, count) => total + count, 0);

function stagesOf(pipeline: LocalPipeline, live: boolean): Task[] {
  return [
    stage('broker', async () => `Kafka at ${await pipeline.startBroker()}`),
    stage('consumer', async () => {
      await pipeline.startConsumer();
      return 'Kafka to the lake';
    }),
    stage('backfill', async (tell) => {
      await pipeline.generate(live, ({ fraction, events, eventsPerSecond }) => {
        const sum = formatCount(sumOf(events));
        tell(`${progressBar(fraction)}  ${sum} events, ${formatCount(eventsPerSecond)} per second`);
      });
      return `${formatCount(sumOf(pipeline.progress?.events ?? {}))} events`;
    }),
    stage('lake', async (tell) => {
      const records = await pipeline.awaitLake((done, total) => {
        tell(`${progressBar(done / total)}  ${formatCount(done)} of ${formatCount(total)} records`);
      });
      return `${formatCount(records)} records`;
    }),
    stage('load', async (tell) => {
      const { rows, hours } = await pipeline.load((done, total) => {
        tell(`${progressBar(done / total)}  ${formatCount(done)} of ${formatCount(total)} hours`);
      });
      return `${formatCount(rows)} rows in ${formatCount(hours)} hours`;
    }),
    stage('dbt', async () => {
      await pipeline.buildModels();
      return 'models built and tested';
    }),
    stage('publish', async () => {
      await pipeline.publishMarts();
      return 'marts published';
    }),
  ];
}

async function start(options: Options): Promise<void> {
  const startedAt = performance.now();
  const config = readConfig(localVariables, {
    ...process.env,
    ...(options.users ? { BEATFLOW_USERS: options.users } : {}),
    ...(options.days ? { BEATFLOW_BACKFILL_DAYS: options.days } : {}),
    ...(options.seed ? { BEATFLOW_SEED: options.seed } : {}),
  });
  const tools = await installedTools();
  const state = stateFolder(options.state);
  const unlock = await lockState(state);
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => controller.abort());
  const { signal } = controller;
  const aborted = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const pipeline = new LocalPipeline({
    config,
    state,
    tools,
    logger: pino({ level: 'silent' }),
    stop: signal,
  });
  try {
    let url = '';
    const tasks = [
      ...stagesOf(pipeline, !options.once),
      stage('page', async () => {
        url = await pipeline.startDashboard();
        await checkPage(url);
        return 'served and checked';
      }),
    ];
    const listr = new Listr(tasks, {
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    });
    await Promise.race([listr.run(), aborted]);
    if (signal.aborted) return;
    const seconds = (performance.now() - startedAt) / 1000;
    if (options.once) {
      const counts = await pipeline.counts();
      console.log(`\n${countsTable(counts)}\n`);
      const wrong = differences(counts);
      if (wrong.length > 0) {
        throw new SetupError('reconciliation', `the places disagree:\n  ${wrong.join('\n  ')}`);
      }
      console.log(`every event is everywhere exactly once; first chart after ${seconds.toFixed(1)} s`);
      return;
    }
    console.log(
      `\nfirst chart after ${seconds.toFixed(1)} s; a new batch every ${config.refreshSeconds} s; Ctrl-C stops`,
    );
    console.log(`\nOpen ${url}\n`);
    await Promise.race([aborted, refresh(pipeline, config, signal), pipeline.watch()]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (signal.aborted) console.log('\nstopping ...');
    await pipeline.stop();
    await unlock();
    if (signal.aborted) console.log('stopped; npm start goes on from here');
  }
}

await new Command('npm start --')
  .description('Run the whole pipeline on this machine: generator, Kafka, lake, DuckDB, dbt, page.')
  .option('--once', 'run every stage once, check that all places agree and the page is served, and exit')
  .option('--users <count>', 'simulated listeners')
  .option('--days <days>', 'days before now that are simulated at full speed first')
  .option('--seed <number>', 'seed of the simulation')
  .option('--state <folder>', 'folder that keeps everything (default: .beatflow/state)')
  .addHelpText('after', `\nEnvironment:\n${describeVariables(localVariables)}`)
  .action(async (options: Options) => {
    try {
      await start(options);
    } catch (error) {
      console.error(`\n${errorMessage(error)}`);
      process.exitCode = error instanceof SetupError ? exitCodes.setup : exitCodes.unexpected;
    }
  })
  .parseAsync();
