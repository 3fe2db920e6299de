import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dayMs, hourMs } from '../contract/durations.ts';
import type { KafkaSecurity } from '../kafka/security.ts';
import { readConfig } from '../program/config.ts';
import { errorMessage, SetupError } from '../program/errors.ts';
import type { Behaviour } from './behaviour/behaviour.ts';
import { defaultBehaviour } from './behaviour/default.ts';
import { type EventsimRun, readEventsimConfig } from './behaviour/eventsim.ts';
import type { CatalogueSource } from './catalogue/source.ts';
import type { RunIdentity } from './checkpoint.ts';
import { type ChangeChoice, type GeneratorConfig, generatorDefaults, generatorVariables } from './config.ts';
import type { SimulationSettings } from './simulation/settings.ts';

/** A run before it is known whether it goes on from a checkpoint. */
export interface RunPlan {
  /** What the run depends on; the window's start is settled when it begins. */
  readonly settings: Omit<SimulationSettings, 'startMs' | 'endMs'>;
  readonly tag: string | undefined;
  readonly catalogue: CatalogueSource;
  readonly outputs: readonly string[];
  readonly kafkaBrokers: readonly string[];
  readonly kafkaSecurity: KafkaSecurity;
  readonly workers: number;
  /** Where the checkpoint is kept; undefined where the run keeps none. */
  readonly state: string | undefined;
  /** What to do with the checkpoint of a run with other settings. */
  readonly onChange: ChangeChoice;
  /** Lake that gets the songs of the run; undefined where its events do not come into one. */
  readonly lake: string | undefined;
  /** Start as it was asked for, or as derived from the present. */
  readonly startMs: number;
  /** End; undefined where the run goes on live for ever. */
  readonly endMs: number | undefined;
  /** Whether events of the future are waited for. */
  readonly waitForTheClock: boolean;
  readonly identity: RunIdentity;
  /** What a person should know, but need not change. */
  readonly notes: readonly string[];
}

/**
 * Settles a run from variables and, where one is named, an Eventsim configuration. Variables win over the
 * configuration (in Eventsim three keys of the configuration win over flags).
 * @throws SetupError `configuration` with all faults of both
 */
export function planRun(environment: Readonly<Record<string, string | undefined>>, now: number): RunPlan {
  const faults: string[] = [];
  const config = attempt(faults, () => readConfig(generatorVariables, environment));
  const path = environment[generatorVariables.eventsimConfig.env];
  const file = path ? readBehaviour(path, faults) : undefined;
  if (!config || faults.length > 0) throw new SetupError('configuration', faults.join('\n'));

  const run = file?.run;
  const window = windowOf(config, run, now, faults);
  if (config.outputs.includes('kafka') && config.kafkaBrokers === undefined) {
    const { env, doc } = generatorVariables.kafkaBrokers;
    faults.push(`${env} is not set: ${doc} To write elsewhere, name another output, such as json:FOLDER.`);
  }
  const catalogue: CatalogueSource =
    config.catalogue === undefined
      ? { type: 'synthetic', size: generatorDefaults.catalogueSize }
      : { type: 'file', path: config.catalogue };
  const catalogueHash = config.catalogue === undefined ? null : hashOfFile(config.catalogue, faults);
  if (faults.length > 0) throw new SetupError('configuration', faults.join('\n'));

  const behaviour = file?.behaviour ?? defaultBehaviour;
  const settings = {
    behaviour,
    seed: config.seed ?? run?.seed ?? generatorDefaults.seed,
    users: config.users ?? run?.users ?? generatorDefaults.users,
    growthRate: config.growthRate ?? run?.growthRate ?? (file ? 0 : generatorDefaults.growthRate),
    attritionRate: config.attritionRate ?? generatorDefaults.attritionRate,
    firstUserId: config.firstUserId ?? run?.firstUserId ?? generatorDefaults.firstUserId,
    eventsimCompat: config.eventsimCompat,
  };
  const tag = config.tag ?? run?.tag;
  const { behaviour: _behaviour, ...numbers } = settings;
  return {
    settings,
    tag,
    catalogue,
    outputs: config.outputs,
    kafkaBrokers: config.kafkaBrokers ?? [],
    kafkaSecurity: config,
    workers: config.workers,
    state: config.state,
    onChange: config.onChange,
    lake: config.outputs.includes('kafka') ? config.lake : undefined,
    ...window,
    identity: {
      ...numbers,
      tag: tag ?? null,
      behaviour: hashOf(JSON.stringify(behaviour)),
      catalogue: catalogueHash,
      outputs: config.outputs.join(','),
      ...window.identity,
    },
    notes: file?.notes ?? [],
  };
}

function attempt<T>(faults: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    faults.push(error.message);
    return undefined;
  }
}

function readBehaviour(
  path: string,
  faults: string[],
): { behaviour: Behaviour; run: EventsimRun; notes: readonly string[] } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    faults.push(`the Eventsim configuration ${path} cannot be read: ${errorMessage(error)}`);
    return undefined;
  }
  const read = readEventsimConfig(text);
  if (read.ok) return read;
  const count = `${read.faults.length} ${read.faults.length === 1 ? 'fault' : 'faults'}`;
  faults.push(`${count} in the Eventsim configuration ${path}:\n  ${read.faults.join('\n  ')}`);
  return undefined;
}

type Window = Pick<RunPlan, 'startMs' | 'endMs' | 'waitForTheClock'> & { readonly identity: RunIdentity };

function windowOf(
  config: GeneratorConfig,
  run: EventsimRun | undefined,
  now: number,
  faults: string[],
): Window {
  const fileTime = (text: string | undefined, key: string) => {
    if (text === undefined) return undefined;
    const parsed = generatorVariables.startTime.schema.safeParse(text);
    if (!parsed.success)
      faults.push(`$["${key}"] of the Eventsim configuration: got ${JSON.stringify(text)}`);
    return parsed.data;
  };
  const start = config.startTime ?? fileTime(run?.startDate, 'start-date');
  const days = config.backfillDays ?? generatorDefaults.backfillDays;
  const startMs = start ?? Math.floor((now - days * dayMs) / hourMs) * hourMs;
  const end =
    config.endTime ??
    fileTime(run?.endDate, 'end-date') ??
    (config.endDays === undefined ? undefined : now - config.endDays * dayMs);
  const live = config.live ?? end === undefined;
  const endMs = end ?? (live ? undefined : now);
  if (endMs !== undefined && endMs <= startMs) {
    faults.push(
      `the window ends at ${new Date(endMs).toISOString()}, which is not after its start at ` +
        `${new Date(startMs).toISOString()}: give an end after the start`,
    );
  }
  return {
    startMs,
    endMs,
    waitForTheClock: live,
    identity: {
      startTime: start === undefined ? null : new Date(start).toISOString(),
      backfillDays: start === undefined ? days : null,
    },
  };
}

function hashOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function hashOfFile(path: string, faults: string[]): string | null {
  try {
    return hashOf(readFileSync(path));
  } catch (error) {
    faults.push(`the song list ${path} cannot be read: ${errorMessage(error)}`);
    return null;
  }
}
