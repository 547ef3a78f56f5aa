import { DeepCoderError } from '@deepcoder/config';
import WebSocket from 'ws';
import { z } from 'zod';
import {
  type Environment,
  EnvironmentError,
  type Game,
  type GameKey,
} from '../../eval/environment.ts';
import { oneLine } from '../oneLine.ts';
import { openSlots } from './slots.ts';

/** Which members of an environment's own messages say what. */
interface FieldMap {
  /** Of the action: takes the text that the student wrote. */
  action: string;
  /** Of the observation: what the student reads. */
  observation: string;
  /** Of the first observation: the task; null: `task` is the text itself. */
  task: string | null;
  /** Of the observation: whether the game is won; null: the reward tells. */
  success: string | null;
}

export interface OpenEnvOptions {
  name: string;
  /** `ws://HOST:PORT/ws`; `/ws` is added where it is missing. */
  url: string;
  fields: FieldMap;
  /** What the student is asked to do, where no field says it. */
  task: string;
  /** A game that ends with this reward or more is won. */
  successReward: number;
  /** Games at once; the server's default allows 1. */
  sessions: number;
  timeoutMs: number;
}

const answerJson = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
const steppedJson = z.object({
  observation: z.record(z.string(), z.unknown()),
  reward: z.number().nullish(),
  done: z.boolean().nullish(),
});
type Stepped = z.output<typeof steppedJson>;

/**
 * Games of an OpenEnv server over its WebSocket, a socket a game: its HTTP interface keeps no episode.
 * Checked against openenv 0.10: `{type: reset | step | close, data}` is answered by
 * `{type: observation | error, data}`. A game's seed is `seed * 100000 + index`.
 */
export function openEnvEnvironment(options: OpenEnvOptions): Environment {
  const { name, sessions, fields } = options;
  const slots = openSlots(sessions);
  const open = new Set<Session>();

  async function reset(key: GameKey, signal?: AbortSignal): Promise<Game> {
    const release = await slots.take(signal);
    let session: Session | null = null;
    const end = (): void => {
      const ended = session;
      session = null;
      if (ended === null) release();
      else {
        open.delete(ended);
        // The server counts a session until its socket is closed.
        void ended.close().then(release);
      }
    };
    try {
      const begun = await connect(options);
      session = begun;
      open.add(begun);
      const first = await begun.ask('reset', { seed: key.seed * 100_000 + key.index });
      const task = fields.task === null ? options.task : textAt(name, first, fields.task);
      return {
        ...{ task: oneLine(task), kind: '', end },
        observation: textAt(name, first, fields.observation),
        async step(action) {
          return stepOf(await begun.ask('step', { [fields.action]: action }), options);
        },
        validActions: () => Promise.resolve(null),
        expert: () => Promise.resolve(null),
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  return {
    name,
    facts: () => Promise.resolve({ version: '', splits: [] }),
    reset,
    async close() {
      await Promise.all([...open].map((session) => session.close()));
      open.clear();
    },
  };
}

function stepOf(
  said: Stepped,
  { name, fields, successReward }: OpenEnvOptions,
): Awaited<ReturnType<Game['step']>> {
  const done = said.done ?? false;
  const success =
    fields.success === null
      ? done && (said.reward ?? 0) >= successReward
      : said.observation[fields.success] === true;
  return { observation: textAt(name, said, fields.observation), done, success, invalid: null };
}

function textAt(name: string, { observation }: Stepped, field: string): string {
  const value = observation[field];
  if (typeof value === 'string') return oneLine(value);
  const known = Object.keys(observation).join(', ');
  throw new DeepCoderError(
    'environment-field',
    `env.${name}.fields: the server's observation has no text "${field}"; it has ${known}`,
    { exitCode: 2 },
  );
}

interface Session {
  ask(type: 'reset' | 'step', data: Record<string, unknown>): Promise<Stepped>;
  close(): Promise<void>;
}

/** How long a server may take to say goodbye. */
const CLOSE_MS = 2000;

/** One socket; its messages are answered in order, one at a time. */
async function connect({ name, url, timeoutMs }: OpenEnvOptions): Promise<Session> {
  const address = url.replace(/^http/, 'ws').replace(/\/$/, '');
  const socket = new WebSocket(address.endsWith('/ws') ? address : `${address}/ws`, {
    handshakeTimeout: timeoutMs,
  });
  // Whoever waits hears of an error; without a listener it would end the program.
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (error) => {
      const message = `environment ${name}: ${url} cannot be reached: ${error.message || String(error)}`;
      reject(new DeepCoderError('environment-server', message, { exitCode: 3, cause: error }));
    });
  });
  return {
    ask: async (type, data) => {
      const text = await exchange(socket, JSON.stringify({ type, data }), timeoutMs).catch(
        (error: unknown) => {
          throw new EnvironmentError(`${name}: ${error instanceof Error ? error.message : 'gone'}`);
        },
      );
      return readStepped(name, text);
    },
    close: () =>
      new Promise((resolve) => {
        if (socket.readyState === WebSocket.CLOSED) {
          resolve();
          return;
        }
        const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'close' }));
        socket.close();
      }),
  };
}

function exchange(socket: WebSocket, message: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error('no answer in time'))), timeoutMs);
    const onMessage = (data: WebSocket.RawData): void =>
      // eslint-disable-next-line @typescript-eslint/no-base-to-string -- a Buffer, which reads as UTF-8
      settle(() => resolve(data.toString()));
    const onClose = (): void => settle(() => reject(new Error('the server closed the connection')));
    const settle = (then: () => void): void => {
      clearTimeout(timer);
      socket.off('message', onMessage).off('close', onClose);
      then();
    };
    socket.on('message', onMessage).on('close', onClose);
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
    else onClose();
  });
}

function readStepped(name: string, text: string): Stepped {
  const answer = answerJson.safeParse(jsonOf(text));
  if (!answer.success) throw new EnvironmentError(`${name}: an answer that is none: ${cut(text)}`);
  const { type, data } = answer.data;
  const { message } = data;
  if (type === 'error') {
    throw new EnvironmentError(`${name}: ${typeof message === 'string' ? message : cut(text)}`);
  }
  const stepped = steppedJson.safeParse(data);
  if (stepped.success) return stepped.data;
  throw new EnvironmentError(`${name}: the answer is no observation: ${cut(text)}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function cut(text: string): string {
  return text.slice(0, 200);
}
