import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

export interface LineProcess {
  /**
   * Sends one line of JSON and resolves with the line that has its id. Rejects with a ProcessFailure when
   * the process ends, says what is no JSON, or does not answer in time, which ends it.
   */
  ask(request: Readonly<Record<string, unknown>>, timeoutMs: number): Promise<unknown>;
  /** Sends a line that nobody answers. */
  tell(message: Readonly<Record<string, unknown>>): void;
  /** Ends it: its input is closed, and it is killed unless it then ends by itself. */
  close(): Promise<void>;
}

/** The process is of no more use. `isCulprit`: this very request was the oldest it had not answered. */
export class ProcessFailure extends Error {
  constructor(
    message: string,
    readonly isCulprit: boolean,
  ) {
    super(message);
  }
}

export interface LineProcessOptions {
  command: readonly [string, ...string[]];
  cwd: string;
  env?: Readonly<Record<string, string>>;
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** More than a screen of text world by far; a program that never ends its line must not fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024;
/** What is kept of what it printed for people. */
const KEPT_STDERR = 2000;
const CLOSE_MS = 2000;

/** A program that answers JSON lines on its standard output. */
export function lineProcess({ command, cwd, env }: LineProcessOptions): LineProcess {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    ...{ cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: IS_GROUP },
    env: { ...process.env, ...env },
  });
  const waiting = new Map<number, Waiting>();
  let [nextId, stderr] = [1, ''];
  let ended: string | null = null;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));

  function fail(why: string): void {
    ended ??= why;
    // Requests are noted in the order in which they were sent.
    const [oldest] = waiting.keys();
    for (const [id, { reject, timer }] of waiting) {
      clearTimeout(timer);
      reject(new ProcessFailure(`${why}${saidLast(stderr)}`, id === oldest));
    }
    waiting.clear();
    killAll(child);
  }

  function take(line: string): void {
    if (line.trim() === '') return;
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {
      fail(`it wrote a line that is no JSON: ${line.slice(0, 200)}`);
      return;
    }
    const { id } = (answer ?? {}) as { id?: unknown };
    const asked = typeof id === 'number' ? waiting.get(id) : undefined;
    if (asked === undefined) {
      fail(`it answered a request that it was not sent: ${line.slice(0, 200)}`);
      return;
    }
    waiting.delete(id as number);
    clearTimeout(asked.timer);
    asked.resolve(answer);
  }

  eachLine(child.stdout, {
    onLine: (line) => {
      if (ended === null) take(line);
    },
    onTooLong: () => fail(`it wrote a line of over ${LONGEST_LINE} characters`),
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString('utf8')).slice(-KEPT_STDERR);
  });
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => fail(`it cannot be started: ${error.message}`));
  child.on('close', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));

  return {
    ask(request, timeoutMs) {
      if (ended !== null) return Promise.reject(new ProcessFailure(ended, false));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => fail(`it gave no answer within ${timeoutMs / 1000} s`),
          timeoutMs,
        );
        waiting.set(id, { resolve, reject, timer });
        child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
      });
    },
    tell(message) {
      if (ended === null) child.stdin.write(`${JSON.stringify(message)}\n`);
    },
    async close() {
      ended ??= 'it was closed';
      child.stdin.end();
      const timer = setTimeout(() => killAll(child), CLOSE_MS);
      await closed;
      clearTimeout(timer);
      fail('it was closed');
    },
  };
}

/** Where a program can be ended with all that it started. */
const IS_GROUP = process.platform !== 'win32';

/** With what it started itself: a JVM outlives the Python that is its parent. */
function killAll(child: ChildProcess): void {
  try {
    if (IS_GROUP && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

function eachLine(
  stream: Readable,
  { onLine, onTooLong }: { onLine: (line: string) => void; onTooLong: () => void },
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (bytes: Buffer) => {
    rest += decoder.write(bytes);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > LONGEST_LINE) onTooLong();
  });
}

function saidLast(stderr: string): string {
  const lines = stderr.trimEnd().split('\n').slice(-5).join('\n').trim();
  return lines === '' ? '' : `; it said: ${lines}`;
}
