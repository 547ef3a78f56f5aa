import type { Environment, GameKey, Turn } from './environment.ts';
import type { Policy, RowText, Session } from './policy.ts';
import { reactHead, reactObservation, type Episode } from './reactText.ts';
import { speak, type SpeakOptions, type Spoken } from './speak.ts';

export interface PlayOptions<State> extends Partial<SpeakOptions> {
  environment: Environment<State>;
  keys: readonly GameKey[];
  policy: Policy;
  /** Asked at every turn what it would do after the same history. */
  teacher?: Policy;
  /** Turns after which an episode ends without success. */
  maxTurns?: number;
  /** How many games are played side by side; the next one begins when one of them ends. */
  rows?: number;
  /** Milliseconds of a steady clock. */
  now: () => number;
  onTurn?: (progress: { turns: number; ended: number; games: number }) => void;
  signal?: AbortSignal;
}

/**
 * Why an episode ended: the world said so, too many turns, the same action had the same answer three
 * times within six turns, no action could be read, or the model's context was full.
 */
export type Ending = 'success' | 'turns' | 'stuck' | 'unreadable' | 'context';

export interface PlayedTurn extends Turn {
  observation: string;
  reasoningTokens: number;
  actionTokens: number;
  /** What the teacher would have said here; null without a teacher or where it said nothing readable. */
  teacher: Turn | null;
}

export interface PlayedEpisode extends Episode {
  key: GameKey;
  /** What sort of task it is. */
  kind: string;
  turns: readonly PlayedTurn[];
  success: boolean;
  ending: Ending;
}

export interface Played {
  episodes: PlayedEpisode[];
  /** Time that the policy took, without the teacher. */
  seconds: number;
}

/** A game that is being played, in a row of the sessions. */
interface Table<State> {
  row: number;
  key: GameKey;
  kind: string;
  task: string;
  first: string;
  state: State;
  turns: PlayedTurn[];
  ending: Ending | null;
}

const ROWS = 32;
const MAX_TURNS = 30;
/** Within so many turns the same action may not have the same answer so often. */
const STUCK = { turns: 6, repeats: 3 };

/** Plays one game for every key; in each round every game that is under way gets one turn. */
export async function play<State>(options: PlayOptions<State>): Promise<Played> {
  const rows = Math.min(options.rows ?? ROWS, options.keys.length);
  const session = await options.policy.start(rows);
  const teacher = (await options.teacher?.start(rows)) ?? null;
  try {
    return await playRounds(options, { session, teacher, rows });
  } finally {
    await session.close();
    await teacher?.close();
  }
}

interface Sessions {
  session: Session;
  teacher: Session | null;
  rows: number;
}

function setTable<State>(environment: Environment<State>, key: GameKey, row: number): Table<State> {
  const { state, task, observation, kind } = environment.reset(key);
  return { row, key, kind, task, first: observation, state, turns: [], ending: null };
}

async function playRounds<State>(
  options: PlayOptions<State>,
  { session, teacher, rows }: Sessions,
): Promise<Played> {
  const { maxLineTokens = 64, temperature = 0, keys } = options;
  const { timed, seconds } = stopwatch(options.now);
  const tables: Table<State>[] = [];
  const begin = (free: readonly number[]): RowText[] => {
    const begun = free
      .slice(0, keys.length - tables.length)
      .map((row, index) => setTable(options.environment, keys[tables.length + index]!, row));
    for (const one of begun) tables.push(one);
    const marks = free.map((row) => ({ row, length: 0 }));
    session.rewind(marks);
    teacher?.rewind(marks);
    return begun.map(({ row, task, first }) => ({ row, text: reactHead(task, first) }));
  };

  const allRows = Array.from({ length: rows }, (_, row) => row);
  let news = begin(allRows);
  for (;;) {
    const underWay = tables.filter((table) => table.ending === null);
    endFull(underWay, await timed(session.extend(news)));
    await teacher?.extend(news);
    const open = underWay.filter((table) => table.ending === null);
    tellTurn(options, tables);
    if (open.length === 0 && tables.length === keys.length) break;
    options.signal?.throwIfAborted();
    const speaking = open.map((table) => table.row);
    const spoken = await timed(speak(session, speaking, { maxLineTokens, temperature }));
    const advice = teacher === null ? null : await ask(teacher, spoken, maxLineTokens);
    news = open.flatMap((table) =>
      answer(options, table, spoken.get(table.row)!, advice?.get(table.row) ?? null),
    );
    const taken = new Set(open.filter(({ ending }) => ending === null).map(({ row }) => row));
    for (const one of begin(allRows.filter((row) => !taken.has(row)))) news.push(one);
  }
  return { episodes: tables.map(episodeOf), seconds: seconds() };
}

function stopwatch(now: () => number): {
  timed: <T>(work: Promise<T>) => Promise<T>;
  seconds: () => number;
} {
  let ms = 0;
  return {
    timed: async (work) => {
      const start = now();
      const value = await work;
      ms += now() - start;
      return value;
    },
    seconds: () => ms / 1000,
  };
}

function tellTurn<State>(
  { onTurn, keys }: PlayOptions<State>,
  tables: readonly Table<State>[],
): void {
  const ended = tables.filter((table) => table.ending !== null).length;
  const turns = tables.reduce((sum, table) => sum + table.turns.length, 0);
  onTurn?.({ turns, ended, games: keys.length });
}

function endFull<State>(tables: readonly Table<State>[], full: readonly number[]): void {
  for (const table of tables) if (full.includes(table.row)) table.ending = 'context';
}

/** What the teacher would say where the student has just spoken; then the teacher hears the student's words. */
async function ask(
  teacher: Session,
  spoken: ReadonlyMap<number, Spoken>,
  maxLineTokens: number,
): Promise<Map<number, Turn | null>> {
  const readable = [...spoken].filter(([, said]) => said.turn !== null);
  const rows = readable.map(([row]) => row);
  const marks = rows.map((row) => ({ row, length: teacher.length(row) }));
  const drafts = new Map(readable.map(([row, { text }]) => [row, text]));
  const said = await speak(teacher, rows, { maxLineTokens, temperature: 0, drafts });
  teacher.rewind(marks);
  await teacher.extend(readable.map(([row, { text }]) => ({ row, text })));
  return new Map([...said].map(([row, { turn }]) => [row, turn]));
}

/** Takes the action, if there is one; the result is what the player hears next. */
function answer<State>(
  { environment, maxTurns = MAX_TURNS }: PlayOptions<State>,
  table: Table<State>,
  { turn, reasoningTokens, actionTokens, text }: Spoken,
  teacher: Turn | null,
): RowText[] {
  const common = { reasoningTokens, actionTokens, teacher };
  if (turn === null) {
    const thought = text.replace(/\s+/g, ' ').trim();
    table.turns.push({ thought, action: '', observation: '', ...common });
    table.ending = 'unreadable';
    return [];
  }
  const { state, observation, done, success } = environment.step(table.state, turn.action);
  table.state = state;
  table.turns.push({ ...turn, observation, ...common });
  if (success) table.ending = 'success';
  else if (done || table.turns.length >= maxTurns) table.ending = 'turns';
  else if (isStuck(table.turns)) table.ending = 'stuck';
  return table.ending === null ? [{ row: table.row, text: reactObservation({ observation }) }] : [];
}

function isStuck(turns: readonly PlayedTurn[]): boolean {
  const last = turns.at(-1)!;
  const same = turns
    .slice(-STUCK.turns)
    .filter(
      ({ action, observation }) => action === last.action && observation === last.observation,
    );
  return same.length >= STUCK.repeats;
}

function episodeOf<State>({ key, kind, task, first, turns, ending }: Table<State>): PlayedEpisode {
  const success = ending === 'success';
  return { key, kind, task, observation: first, turns, success, ending: ending ?? 'turns' };
}
