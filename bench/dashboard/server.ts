import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ListeningReport } from '../../runtime/dashboard/command.ts';

const cli = fileURLToPath(new URL('../../runtime/cli.ts', import.meta.url));

/** The dashboard, a process of its own. */
export class Server {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts it on a free port and waits until it listens. */
  static async start(marts: string): Promise<Server> {
    const child = fork(cli, ['dashboard'], {
      // Answers any message with the time that the process has worked.
      execArgv: [
        '--import',
        'data:text/javascript,process.on("message",()=>process.send(process.cpuUsage()))',
      ],
      env: {
        PATH: process.env.PATH,
        BEATFLOW_MARTS: marts,
        BEATFLOW_DASHBOARD_PORT: '0',
        BEATFLOW_LOG_LEVEL: 'warn',
      },
    });
    const [report] = (await once(child, 'message')) as [ListeningReport];
    return new Server(child, report.url);
  }

  /** How long its processor has worked: the figure that other work on the machine leaves alone. */
  async cpuMilliseconds(): Promise<number> {
    const answer = once(this.#child, 'message');
    this.#child.send('cpu');
    const [{ user, system }] = (await answer) as [NodeJS.CpuUsage];
    return (user + system) / 1000;
  }

  /** Memory that it holds now. */
  rssMiB(): number {
    const rss = execFileSync('ps', ['-o', 'rss=', '-p', String(this.#child.pid)], { encoding: 'utf8' });
    return Number(rss) / 1024;
  }

  stop(): void {
    this.#child.kill();
  }
}
