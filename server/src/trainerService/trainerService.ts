import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formatService,
  parseServiceResponse,
  PROTOCOL_VERSION,
  SERVICE_METHODS,
  type ServiceInput,
  type ServiceMethod,
  type ServiceResult,
} from '@deepcoder/trainer-protocol';
import type { TrainerProgram } from './trainerProgram.ts';

/** Why there is no answer: `service/none` (it cannot be started), `service/died`, `service/cancelled`, or what the trainer says. */
class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Asks the trainer program what needs tokenizers, checkpoints or tensors. */
export interface TrainerService {
  /** Rejects with a ServiceError. Nothing in the editor should wait for it. */
  ask: <M extends ServiceMethod>(
    method: M,
    params: ServiceInput<M>,
    signal?: AbortSignal,
  ) => Promise<ServiceResult<M>>;
  stop: () => void;
  /** Another program is asked from now on, at once. */
  renew: () => void;
}

export interface ServiceOptions {
  /** Looked up at each start, or why there is none. */
  program: () => TrainerProgram | string;
  cwd: string;
  log: (line: string) => void;
  now: () => number;
  /** The first pause after it has died; doubled each time up to a hundred times that. */
  firstPauseMs?: number;
  /** Without a question for so long it is ended. */
  idleMs?: number;
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: ServiceError) => void;
}

interface Process {
  child: ChildProcessWithoutNullStreams;
  waiting: Map<number, Waiting>;
  /** Why nothing more is answered; null while it runs. */
  ended: ServiceError | null;
}

const MOST_PAUSES = 100;

/** Started when it is first asked; started again, after a pause, when it is asked after it has died. */
export function createTrainerService(options: ServiceOptions): TrainerService {
  const { program, cwd, log, now, firstPauseMs = 300, idleMs = 300_000 } = options;
  let running: Process | null = null;
  let nextId = 1;
  let pauseMs = firstPauseMs;
  let notBefore = 0;
  let renewed = new AbortController();
  let idle: NodeJS.Timeout | undefined;

  const ended = (process: Process, error: ServiceError): void => {
    process.ended = error;
    const isOrderly = process.waiting.size === 0 && process.child.exitCode === 0;
    if (running === process && !isOrderly) {
      notBefore = now() + pauseMs;
      pauseMs = Math.min(2 * pauseMs, MOST_PAUSES * firstPauseMs);
    }
    if (running === process) running = null;
    for (const { reject } of process.waiting.values()) reject(error);
    process.waiting.clear();
  };
  const endWhenIdle = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (running === null || running.waiting.size === 0) stop();
      else endWhenIdle();
    }, idleMs).unref();
  };
  const stop = (): void => {
    clearTimeout(idle);
    // At the end of its input it ends by itself.
    running?.child.stdin.end();
    running = null;
  };
  const ready = async (): Promise<Process> => {
    const wait = notBefore - now();
    if (running === null && wait > 0)
      await sleep(wait, undefined, { signal: renewed.signal }).catch(() => undefined);
    if (running !== null) return running;
    const found = program();
    if (typeof found === 'string') throw new ServiceError('service/none', found);
    const process = startProcess(found, {
      ...{ cwd, log, onEnd: (error) => ended(process, error) },
      onAnswer: () => void (pauseMs = firstPauseMs),
    });
    running = process;
    return process;
  };
  return {
    ask: async (method, params, signal) => {
      const process = await ready();
      // A program that cannot be started has ended before anybody could wait for its answer.
      if (process.ended !== null) throw process.ended;
      if (signal?.aborted === true) throw new ServiceError('service/cancelled', 'cancelled');
      endWhenIdle();
      const id = nextId++;
      const answered = new Promise<unknown>((resolve, reject) => {
        process.waiting.set(id, { resolve, reject });
      });
      const cancel = (): void => {
        if (!process.waiting.has(id)) return;
        process.child.stdin.write(formatService({ version: PROTOCOL_VERSION, cancel: id }));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      process.child.stdin.write(formatService({ version: PROTOCOL_VERSION, id, method, params }));
      try {
        const checked = SERVICE_METHODS[method].result.safeParse(await answered);
        if (checked.success) return checked.data as ServiceResult<typeof method>;
        throw new ServiceError('service/answer', `${method}: the answer does not fit`);
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    stop,
    renew: () => {
      stop();
      renewed.abort();
      renewed = new AbortController();
      notBefore = 0;
      pauseMs = firstPauseMs;
    },
  };
}

interface ProcessOptions {
  cwd: string;
  log: (line: string) => void;
  onAnswer: () => void;
  onEnd: (error: ServiceError) => void;
}

function startProcess(found: TrainerProgram, options: ProcessOptions): Process {
  const { cwd, log, onAnswer, onEnd } = options;
  const { command, file, env } = found;
  const child = spawn(command, [file, 'service'], { cwd, env, windowsHide: true });
  const process: Process = { child, waiting: new Map(), ended: null };
  child.once('error', ({ message }) => {
    onEnd(new ServiceError('service/none', `the trainer's service does not start: ${message}`));
  });
  child.once('exit', (code, signal) => {
    const how = code === 0 ? 'stopped' : `it ended with ${signal ?? code ?? 'nothing'}`;
    onEnd(new ServiceError('service/died', `the trainer's service has ended: ${how}`));
  });
  // A write after its end is told by its end.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stderr }).on('line', log);
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (take(process, line)) onAnswer();
    else log(line);
  });
  return process;
}

/** Whether the line was an answer. */
function take({ waiting }: Process, line: string): boolean {
  const response = parseServiceResponse(line);
  if (response === null) return false;
  const { id } = response;
  const asked = id === null ? undefined : waiting.get(id);
  if (id === null || asked === undefined) return true;
  waiting.delete(id);
  if ('error' in response) {
    asked.reject(new ServiceError(response.error.code, response.error.message));
  } else asked.resolve(response.result);
  return true;
}
