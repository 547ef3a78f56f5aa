import { DeepCoderError } from '@deepcoder/config';
import {
  type Environment,
  type EnvironmentFacts,
  EnvironmentError,
  type Game,
  type GameKey,
} from '../../eval/environment.ts';
import { oneLine } from '../oneLine.ts';
import { type LineProcess, lineProcess, ProcessFailure } from './lineProcess.ts';
import { type Answer, ANSWERS, ENVIRONMENT_PROTOCOL, type Operation } from './messages.ts';

export interface ProgramOptions {
  name: string;
  command: readonly [string, ...string[]];
  cwd: string;
  env?: Readonly<Record<string, string>>;
  /** Programs that run side by side; games are spread over them. */
  processes: number;
  /** For each answer. A program that lets it pass is ended. */
  timeoutMs: number;
  /** For the first answer, which may take the start of a JVM. */
  startTimeoutMs?: number;
}

/** A program that dies more often than this is of no use. */
const MOST_DEATHS = 20;

interface Slot {
  /** Null before it is first wanted and after it died. */
  running: Promise<Started> | null;
  games: number;
}

interface Started {
  process: LineProcess;
  facts: EnvironmentFacts;
}

/**
 * Games of a program that answers JSON lines (docs/environments.md). It is started when it is first wanted
 * and again after it died: the games that it had are lost, and fail as the environment's fault.
 */
export function programEnvironment(options: ProgramOptions): Environment {
  const { name, timeoutMs } = options;
  const slots = Array.from({ length: options.processes }, (): Slot => ({
    running: null,
    games: 0,
  }));
  let [games, deaths] = [0, 0];

  function running(slot: Slot): Promise<Started> {
    slot.running ??= start(options).catch((error: unknown) => {
      slot.running = null;
      throw error;
    });
    return slot.running;
  }

  async function ask<Op extends Operation>(
    { slot, started }: { slot: Slot; started: Started },
    operation: Op,
    parts: Readonly<Record<string, unknown>>,
  ): Promise<Answer<Op>> {
    try {
      const answer = await started.process.ask({ op: operation, ...parts }, timeoutMs);
      return readAnswer(name, operation, answer);
    } catch (error) {
      if (!(error instanceof ProcessFailure)) throw error;
      const current = await slot.running?.catch(() => null);
      if (current === started) {
        slot.running = null;
        deaths++;
      }
      if (deaths > MOST_DEATHS) throw dead(name, `it died ${deaths} times; last, ${error.message}`);
      throw new EnvironmentError(`${name}: ${error.message}`, !error.isCulprit);
    }
  }

  async function reset(key: GameKey): Promise<Game> {
    const slot = slots.reduce((least, one) => (one.games < least.games ? one : least));
    slot.games++;
    let isOver = false;
    const release = (): void => {
      slot.games -= isOver ? 0 : 1;
      isOver = true;
    };
    try {
      const at = { slot, started: await running(slot) };
      const game = `g${++games}`;
      const { task, observation, kind } = await ask(at, 'reset', { game, ...key });
      return {
        ...{ task: oneLine(task), observation: oneLine(observation), kind },
        async step(action) {
          const said = await ask(at, 'step', { game, action });
          return { ...said, observation: oneLine(said.observation) };
        },
        validActions: async () => (await ask(at, 'valid', { game })).actions,
        async expert() {
          const { turns } = await ask(at, 'expert', { game });
          return turns?.map((turn) => ({ ...turn, thought: oneLine(turn.thought) })) ?? null;
        },
        end() {
          if (!isOver) at.started.process.tell({ op: 'close', game });
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
    facts: async () => (await running(slots[0]!)).facts,
    reset,
    async close() {
      const open = slots.flatMap(({ running }) => running ?? []);
      for (const slot of slots) slot.running = null;
      for (const one of open)
        await one.then(({ process }) => process.close()).catch(() => undefined);
    },
  };
}

const START_TIMEOUT_MS = 120_000;

async function start({ name, startTimeoutMs, ...options }: ProgramOptions): Promise<Started> {
  const process = lineProcess(options);
  try {
    const hello = { op: 'hello', protocol: ENVIRONMENT_PROTOCOL };
    const answer = await process.ask(hello, startTimeoutMs ?? START_TIMEOUT_MS);
    return { process, facts: readAnswer(name, 'hello', answer) };
  } catch (error) {
    await process.close();
    throw dead(name, error instanceof Error ? error.message : String(error));
  }
}

function dead(name: string, why: string): DeepCoderError {
  return new DeepCoderError('environment-program', `environment ${name}: ${why}`, { exitCode: 3 });
}

function readAnswer<Op extends Operation>(name: string, op: Op, answer: unknown): Answer<Op> {
  const { error } = answer as { error?: unknown };
  if (typeof error === 'string') throw new EnvironmentError(`${name}: ${oneLine(error)}`);
  const read = ANSWERS[op].safeParse(answer);
  if (read.success) return read.data as Answer<Op>;
  const [issue] = read.error.issues;
  const place = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new EnvironmentError(`${name}: its answer to ${op} does not fit: ${place}`);
}
