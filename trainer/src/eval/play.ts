import type { Environment, Game, GameKey, Turn } from './environment.ts';
import { begin, gamesOf, type Games } from './games.ts';
import type { Played } from './playedEpisode.ts';
import type { Policy, RowText, Session } from './policy.ts';
import { reactHead, reactObservation, reactTurn } from './reactText.ts';
import { speak, type SpeakOptions, type Spoken } from './speak.ts';
import { episodeOf, saidByHand, type Table, takeTurn } from './table.ts';

export interface PlayOptions extends Partial<Omit<SpeakOptions, 'uniform'>> {
  environment: Environment;
  keys: readonly GameKey[];
  policy: Policy;
  /** Asked at every turn what it would do after the same history. */
  teacher?: Policy;
  /** Turns of its own after which an episode ends without success. */
  maxTurns?: number;
  /** How many games are played side by side; the next one begins when one of them ends. */
  rows?: number;
  /** Random numbers of a game, so that what it says does not depend on what is played beside it. */
  random?: (index: number) => () => number;
  /** Turns that are taken for the player before its first. */
  prefix?: (game: Game, index: number) => Promise<readonly Turn[]>;
  /** Monotonic clock, in milliseconds. */
  now: () => number;
  onTurn?: (progress: { turns: number; ended: number; games: number }) => void;
  signal?: AbortSignal;
}

const ROWS = 32;
const MAX_TURNS = 30;
/** How long those that can speak wait for a game that has not answered, so that more speak together. */
const PATIENCE_MS = 50;

/**
 * Plays one game for every key, many side by side. In each round every game that has been answered gets one
 * turn; a slow game does not hold up the others. If the environment fails in a game, the game is restarted
 * once; if it fails again, the game ends with an environment error.
 */
export async function play(options: PlayOptions): Promise<Played> {
  const count = Math.max(1, Math.min(options.rows ?? ROWS, options.keys.length));
  const session = await options.policy.start(count);
  const teacher = (await options.teacher?.start(count)) ?? null;
  const seats = Array.from({ length: count }, (_, row): Seat => ({
    ...{ row, table: null, news: null },
    uniform: Math.random,
  }));
  const games = gamesOf(options.keys);
  const room: Room = {
    options,
    seats,
    games,
    session,
    teacher,
    ...stopwatch(options.now),
    turns: 0,
  };
  try {
    await playRounds(room);
    return { episodes: games.episodes(), seconds: room.seconds() };
  } finally {
    for (const { table } of seats) table?.game.end();
    await session.close();
    await teacher?.close();
  }
}

/** A row of the sessions, the game that it plays, and what its player has not heard yet. */
interface Seat {
  row: number;
  table: Table | null;
  news: string | null;
  /** The random numbers of its game. */
  uniform: () => number;
  /** Pending environment answer. */
  pending?: Promise<void> | undefined;
}

interface Room extends Stopwatch {
  options: PlayOptions;
  seats: readonly Seat[];
  games: Games;
  session: Session;
  teacher: Session | null;
  turns: number;
}

async function playRounds(room: Room): Promise<void> {
  const { options, seats, games, session, teacher, timed } = room;
  while (!games.isOver()) {
    for (const seat of seats) if (seat.table === null && !seat.pending) sit(room, seat);
    await someAnswers(seats);
    options.signal?.throwIfAborted();
    const heard = seats.filter(({ news, pending }) => news !== null && !pending);
    const news = heard.map(({ row, news }): RowText => ({ row, text: news! }));
    if (news.length === 0) continue;
    const full = await timed(session.extend(news));
    await teacher?.extend(news);
    for (const seat of heard) seat.news = null;
    for (const seat of heard) if (full.includes(seat.row)) leave(room, seat, 'context');
    tellTurn(room);
    const open = heard.filter(({ table }) => table !== null);
    const spoken = await timed(speak(session, rowsOf(open), speakOptions(room)));
    const advice = teacher === null ? null : await ask(teacher, spoken, room);
    for (const seat of open) {
      answerTo(room, seat, {
        ...{ said: spoken.get(seat.row)!, teacher: advice?.get(seat.row) ?? null },
      });
    }
  }
  tellTurn(room);
}

function rowsOf(seats: readonly Seat[]): number[] {
  return seats.map(({ row }) => row);
}

function speakOptions({ options, seats }: Room): SpeakOptions {
  const { maxLineTokens = 64, temperature = 0, random } = options;
  if (random === undefined) return { maxLineTokens, temperature };
  return { maxLineTokens, temperature, uniform: (row) => seats[row]!.uniform() };
}

/** Begins the next game in a row that is free. */
function sit(room: Room, seat: Seat): void {
  const { options, games, session, teacher } = room;
  const { environment, keys, signal } = options;
  const index = games.next();
  if (index === null) return;
  const marks = [{ row: seat.row, length: 0 }];
  session.rewind(marks);
  teacher?.rewind(marks);
  seat.uniform = options.random?.(index) ?? Math.random;
  during(room, seat, index, async () => {
    const table = await begin(environment, { keys, index, signal });
    seat.table = table;
    const { task, observation } = table.game;
    seat.news = reactHead(task, observation) + (await replay(room, table));
  });
}

/** The words of the turns that are taken for the player. */
async function replay({ options: { prefix, signal } }: Room, table: Table): Promise<string> {
  const given = (await prefix?.(table.game, table.index)) ?? [];
  let text = '';
  for (const turn of given) {
    await takeTurn(table, saidByHand(turn, { replayed: true }), { maxTurns: Infinity, signal });
    // A game that is over before the player's turn would teach nothing; whoever chose the turns sees to it.
    table.ending = null;
    text += reactTurn(turn) + reactObservation(table.turns.at(-1)!);
  }
  return text;
}

/** Takes what was said to the environment; its answer is what the player hears next. */
function answerTo(
  room: Room,
  seat: Seat,
  { said, teacher }: { said: Spoken; teacher: Turn | null },
): void {
  const { options } = room;
  const { maxTurns = MAX_TURNS, signal } = options;
  const table = seat.table!;
  const { text, turn, reasoningTokens, actionTokens, lines } = said;
  const common = { reasoningTokens, actionTokens, lines, teacher, replayed: false };
  room.turns++;
  if (turn === null) {
    const thought = text.replace(/\s+/g, ' ').trim();
    table.turns.push({ thought, action: '', observation: '', invalid: true, ...common });
    leave(room, seat, 'unreadable');
    return;
  }
  during(room, seat, table.index, async () => {
    await takeTurn(table, { ...turn, ...common }, { maxTurns, signal });
    if (table.ending === null) seat.news = reactObservation(table.turns.at(-1)!);
    else leave(room, seat, table.ending);
  });
}

/** Lets the environment work; what goes wrong in it is the game's matter, anything else ends the play. */
function during(room: Room, seat: Seat, index: number, work: () => Promise<void>): void {
  const pending = work()
    .catch((error: unknown) => {
      const { table } = seat;
      table?.game.end();
      seat.table = null;
      seat.news = null;
      room.games.failed(index, error, table);
    })
    .finally(() => {
      seat.pending = undefined;
    });
  seat.pending = pending;
}

function leave({ games, session }: Room, seat: Seat, ending: Table['ending']): void {
  const table = seat.table!;
  table.ending = ending;
  games.end(table.index, episodeOf(table, { ids: [...session.ids(seat.row)] }));
  table.game.end();
  seat.table = null;
}

/** Waits for all answers, or, once somebody can speak, a moment for the others. */
async function someAnswers(seats: readonly Seat[]): Promise<void> {
  const open = seats.flatMap(({ pending }) => pending ?? []);
  if (open.length === 0) return;
  const all = Promise.all(open).then(() => 'all' as const);
  if (seats.every(({ news, pending }) => news === null || pending !== undefined))
    await Promise.race([all, ...open]);
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([all, moment]);
  clearTimeout(timer);
}

interface Stopwatch {
  timed: <T>(work: Promise<T>) => Promise<T>;
  seconds: () => number;
}

function stopwatch(now: () => number): Stopwatch {
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

function tellTurn({ options, games, turns }: Room): void {
  options.onTurn?.({ turns, ended: games.ended(), games: options.keys.length });
}

/** What the teacher would say where the student has just spoken; then the teacher hears the student's words. */
async function ask(
  teacher: Session,
  spoken: ReadonlyMap<number, Spoken>,
  { options: { maxLineTokens = 64 } }: Room,
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
