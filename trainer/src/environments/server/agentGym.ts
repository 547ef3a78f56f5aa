import { DeepCoderError } from '@deepcoder/config';
import { z } from 'zod';
import {
  type Environment,
  EnvironmentError,
  type Game,
  type GameKey,
} from '../../eval/environment.ts';
import { BadAnswer } from '../../http/badAnswer.ts';
import { httpService } from '../../http/httpService.ts';
import { oneLine } from '../oneLine.ts';
import { openSlots } from './slots.ts';

export interface AgentGymOptions {
  name: string;
  url: string;
  /** What the student is asked to do; empty: the first observation says it. */
  task: string;
  /** A game that ends with this reward or more is won. */
  successReward: number;
  /** Games at once. */
  sessions: number;
  timeoutMs: number;
}

const id = z.union([z.int(), z.string()]);
const createdJson = z.union([id.transform((one) => ({ id: one })), z.object({ id })]);
const observedJson = z.union([
  z.string().transform((observation) => ({ observation })),
  z.object({ observation: z.string() }),
]);
const steppedJson = z.object({ observation: z.string(), reward: z.number(), done: z.boolean() });

/**
 * Games of an AgentGym server: `POST /create`, then `/reset {id, data_idx}` and `/step {id, action}`. A
 * game's `data_idx` is `seed + index`: the seed says where the games begin.
 */
export function agentGymEnvironment(options: AgentGymOptions): Environment {
  const { name, url, task, successReward, sessions, timeoutMs } = options;
  const slots = openSlots(sessions);
  // Steps are not idempotent, so requests are never retried here; `play` restarts the game instead.
  const service = httpService({
    role: `environment ${name}`,
    url,
    apiKey: null,
    timeoutMs,
    retries: 0,
  });
  /** Ids of games that are over: a server makes a place for each that is created. */
  const free: (string | number)[] = [];

  async function post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const read = (answer: unknown): T => {
      const parsed = schema.safeParse(answer);
      if (parsed.success) return parsed.data;
      throw new BadAnswer(`the answer to ${path} does not fit AgentGym`);
    };
    return service.ask({ path, body, read });
  }

  /** In a game that is under way, what goes wrong is that game's end. */
  async function inGame<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof DeepCoderError)) throw error;
      throw new EnvironmentError(`${name}: ${error.message}`);
    }
  }

  async function reset({ seed, index }: GameKey, signal?: AbortSignal): Promise<Game> {
    const release = await slots.take(signal);
    try {
      const at = free.pop() ?? (await post('/create', {}, createdJson)).id;
      const begun = await inGame(post('/reset', { id: at, data_idx: seed + index }, observedJson));
      let isOver = false;
      return {
        ...{ task: oneLine(task), kind: '', observation: oneLine(begun.observation) },
        async step(action) {
          const said = await inGame(post('/step', { id: at, action }, steppedJson));
          const success = said.done && said.reward >= successReward;
          return {
            observation: oneLine(said.observation),
            done: said.done,
            success,
            invalid: null,
          };
        },
        validActions: () => Promise.resolve(null),
        expert: () => Promise.resolve(null),
        end() {
          if (!isOver) free.push(at);
          isOver = true;
          release();
        },
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  return {
    name,
    facts: () => Promise.resolve({ version: '', splits: [] }),
    reset,
    close: () => Promise.resolve(),
  };
}
