import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../program/errors.ts';

const stopDeadlineMs = 5000;

/** A program of ours, running as a process of its own. */
export interface ChildProgram {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended: with nothing if it was asked to, else rejects with the end of its log. */
  readonly ended: Promise<void>;
  /** Asks it for something that it knows how to do. */
  request(request: string): void;
  /** Asks it to stop and waits; ends it after five seconds. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): void;
}

interface ChildProgramProps {
  readonly name: string;
  /** The file to run, and its arguments. */
  readonly module: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where its output goes; the file is begun anew. */
  readonly logFile: string;
  /** Receives what the program reports. */
  readonly onReport?: (report: Record<string, unknown>) => void;
}

async function describeEnd(
  name: string,
  logFile: string,
  code: number | null,
  signal: string | null,
): Promise<SetupError> {
  const log = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-8).join('\n');
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  return new SetupError('child_failed', `${name} ${how}; the end of its log (${logFile}):\n${log}`);
}

/** Waits for a process; rejects with the end of its log unless it exits with 0 or was asked to stop. */
async function end(
  child: ChildProcess,
  name: string,
  logFile: string,
  wasAsked: () => boolean,
): Promise<void> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code !== 0 && !wasAsked()) throw await describeEnd(name, logFile, code, signal);
}

/** Starts a program of ours; it stops by itself when this process is gone. */
export async function startProgram(props: ChildProgramProps): Promise<ChildProgram> {
  const log = await open(props.logFile, 'w');
  const child = fork(props.module, [...props.args], {
    env: { ...process.env, ...props.environment },
    // A process group of its own: Ctrl-C reaches the runner, which stops the programs in order.
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  if (props.onReport) child.on('message', (report) => props.onReport?.(report as Record<string, unknown>));
  let asked = false;
  const ended = end(child, props.name, props.logFile, () => asked);
  ended.catch(() => undefined);
  return {
    name: props.name,
    pid: child.pid as number,
    ended,
    request(request) {
      if (child.connected) child.send({ request });
    },
    async stop() {
      asked = true;
      child.kill('SIGTERM');
      const settled = ended.catch(() => undefined).then(() => true);
      if (!(await Promise.race([settled, delay(stopDeadlineMs, false, { ref: false })]))) {
        child.kill('SIGKILL');
        await settled;
      }
    },
    kill() {
      asked = true;
      child.kill('SIGKILL');
    },
  };
}

/** Runs a program of ours to its end. */
export async function runToEnd(props: ChildProgramProps, stop: AbortSignal): Promise<void> {
  const program = await startProgram(props);
  const onAbort = () => void program.stop();
  stop.addEventListener('abort', onAbort, { once: true });
  try {
    await program.ended;
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
  stop.throwIfAborted();
}

/** Runs another command to its end, its output in a log file. */
export async function runCommand(
  props: Omit<ChildProgramProps, 'module' | 'onReport'> & { readonly command: string },
  stop: AbortSignal,
): Promise<void> {
  const log = await open(props.logFile, 'w');
  const child = spawn(props.command, [...props.args], {
    env: { ...process.env, ...props.environment },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const failedToStart = once(child, 'error').then(([error]) => {
    throw error;
  });
  const onAbort = () => child.kill('SIGTERM');
  stop.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([end(child, props.name, props.logFile, () => stop.aborted), failedToStart]);
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
  stop.throwIfAborted();
}
