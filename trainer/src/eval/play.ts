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
  /** Milliseconds of a steady clock. */
  now: () => number;
  onTurn?: (progress: { turns: number; ended: number; games: number }) => void;
  signal?: AbortSignal;
}

/**
 * Why an episode ended: the world said so, too many turns, no action could be read, or the model's
 * context was full.
 */
export type Ending = 'success' | 'turns' | 'unreadable' | 'context';

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

/**
 * Plays one game for every key, all of them side by side: in each round every game that is still
 * open gets one turn.
 */
export async function play<State>(options: PlayOptions<State>): Promise<Played> {
  const tables = options.keys.map((key, row) => setTable(options.environment, key, row));
  const session = await options.policy.start(tables.length);
  const teacher = (await options.teacher?.start(tables.length)) ?? null;
  try {
    const seconds = await playRounds(options, tables, { session, teacher });
    return { episodes: tables.map(episodeOf), seconds };
  } finally {
    await session.close();
    await teacher?.close();
  }
}

interface Sessions {
  session: Session;
  teacher: Session | null;
}

function setTable<State>(environment: Environment<State>, key: GameKey, row: number): Table<State> {
  const { state, task, observation, kind } = environment.reset(key);
  return { row, key, kind, task, first: observation, state, turns: [], ending: null };
}

async function playRounds<State>(
  options: PlayOptions<State>,
  tables: Table<State>[],
  { session, teacher }: Sessions,
): Promise<number> {
  const { maxLineTokens = 64, temperature = 0, maxTurns = 30, now } = options;
  let ms = 0;
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const start = now();
    const value = await work;
    ms += now() - start;
    return value;
  };
  let news = tables.map(({ row, task, first }) => ({ row, text: reactHead(task, first) }));
  let advice = new Map<number, Turn | null>();
  for (;;) {
    endFull(tables, await timed(session.extend(news)));
    await teacher?.extend(news);
    const open = tables.filter((table) => table.ending === null);
    const ended = tables.length - open.length;
    options.onTurn?.({
      turns: Math.max(0, ...open.map((table) => table.turns.length)),
      ended,
      games: tables.length,
    });
    if (open.length === 0) return ms / 1000;
    options.signal?.throwIfAborted();
    const rows = open.map((table) => table.row);
    const spoken = await timed(speak(session, rows, { maxLineTokens, temperature }));
    if (teacher !== null) advice = await ask(teacher, spoken, maxLineTokens);
    news = open.flatMap((table) =>
      answer(options.environment, table, {
        spoken: spoken.get(table.row)!,
        advice: advice.get(table.row) ?? null,
        maxTurns,
      }),
    );
  }
}

function endFull<State>(tables: Table<State>[], full: readonly number[]): void {
  for (const row of full) tables[row]!.ending = 'context';
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
  const said = await speak(teacher, rows, { maxLineTokens, temperature: 0 });
  teacher.rewind(marks);
  await teacher.extend(readable.map(([row, { text }]) => ({ row, text })));
  return new Map([...said].map(([row, { turn }]) => [row, turn]));
}

/** Takes the action, if there is one; the result is what the player hears next. */
function answer<State>(
  environment: Environment<State>,
  table: Table<State>,
  { spoken, advice, maxTurns }: { spoken: Spoken; advice: Turn | null; maxTurns: number },
): RowText[] {
  const { turn, reasoningTokens, actionTokens, text } = spoken;
  if (turn === null) {
    const thought = text.replace(/\s+/g, ' ').trim();
    table.turns.push({
      thought,
      action: '',
      observation: '',
      reasoningTokens,
      actionTokens,
      teacher: advice,
    });
    table.ending = 'unreadable';
    return [];
  }
  const { state, observation, done, success } = environment.step(table.state, turn.action);
  table.state = state;
  table.turns.push({ ...turn, observation, reasoningTokens, actionTokens, teacher: advice });
  if (success) table.ending = 'success';
  else if (done || table.turns.length >= maxTurns) table.ending = 'turns';
  return table.ending === null ? [{ row: table.row, text: reactObservation({ observation }) }] : [];
}

function episodeOf<State>({ key, kind, task, first, turns, ending }: Table<State>): PlayedEpisode {
  const success = ending === 'success';
  return { key, kind, task, observation: first, turns, success, ending: ending ?? 'turns' };
}
