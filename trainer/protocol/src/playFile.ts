import { z } from 'zod';
import { fromDisk, toDisk } from './diskKeys.ts';
import { PROTOCOL_VERSION } from './protocolVersion.ts';

const share = z.number().min(0).max(1);

/** Why an episode ended, in the order in which figures are told. */
export const ENDINGS = [
  /** The game is won. */
  'success',
  /** The game ended, and not as it was to. */
  'failed',
  /** The environment refused the same action three times within six turns. */
  'invalid',
  /** The same action had the same answer three times within six turns. */
  'repeated',
  /** No action could be read in what was said. */
  'unreadable',
  /** The model's context was full. */
  'context',
  /** Too many turns. */
  'turns',
  /** The environment failed, twice: nothing is known of who played. */
  'error',
] as const;
export type Ending = (typeof ENDINGS)[number];

/** How one player did in the games of one environment. What was not measured is null. */
const playRow = z.object({
  /** `teacher`, `student before`, `student after`, or another player that was compared. */
  who: z.string().min(1),
  /** Null in files of older versions, which knew one environment. */
  environment: z.string().min(1).nullable().default(null),
  split: z.string().min(1).nullable().default(null),
  /** Those in which the environment did not fail. */
  games: z.int().min(1),
  /** Share of the games that were solved. */
  success: share,
  /** Means over the games. */
  steps: z.number().min(0).nullable(),
  reasoningTokens: z.number().min(0).nullable(),
  /** Share of the actions that the teacher would have taken there. */
  actionAgreement: share.nullable(),
  secondsPerStep: z.number().min(0).nullable(),
  /** Tokens that the player wrote in a game. */
  tokens: z.number().min(0).nullable().default(null),
  /** Share of the turns whose action the environment did not take. */
  invalidActions: share.nullable().default(null),
  /** Wall time of all games, in seconds; the environment's share of it is in there. */
  seconds: z.number().min(0).nullable().default(null),
  /** Why episodes ended, those in which the environment failed too. */
  endings: z.partialRecord(z.enum(ENDINGS), z.int().min(0)).nullable().default(null),
  /** A digit a game, in the games' order: which of `ENDINGS`. For paired comparison. */
  outcomes: z
    .string()
    .regex(/^[0-7]*$/)
    .nullable()
    .default(null),
});

/** The games that were played, and what they have to do with the training data. */
const playPanel = z.object({
  environment: z.string().min(1),
  split: z.string().min(1),
  games: z.int().min(1),
  seed: z.int().min(0),
  maxTurns: z.int().min(1),
  /** What the environment says of itself and its data; empty where it says nothing. */
  version: z.string(),
  /** Games that begin as a training record does; null where that was not looked up. */
  inTrainingData: z.int().min(0).nullable(),
  /** Indices of some of them. */
  inTrainingDataAre: z.array(z.int().min(0)),
});

const playEpisode = z.object({
  who: z.string().min(1),
  success: z.boolean(),
  /** As a trajectory file: it parses again. */
  text: z.string(),
});

const playFileSchema = z.object({
  protocolVersion: z.int().max(PROTOCOL_VERSION),
  environment: z.string().min(1),
  rows: z.array(playRow),
  panels: z.array(playPanel).default([]),
  /** Samples; the first one is shown opened. */
  episodes: z.array(playEpisode),
});

/** How one player did in the games of one environment. */
export type PlayRow = PlayFile['rows'][number];
export type PlayPanel = PlayFile['panels'][number];

/** The content of `play.json`: how players did in the environment. */
export type PlayFile = z.output<typeof playFileSchema>;

/** What `play.json` says, or why it says nothing. */
export function parsePlayFile(text: string): { value: PlayFile } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = playFileSchema.safeParse(fromDisk(json));
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}` };
}

/** The text of `play.json`. */
export function formatPlayFile(
  play: Omit<z.input<typeof playFileSchema>, 'protocolVersion'>,
): string {
  return `${JSON.stringify(toDisk({ protocolVersion: PROTOCOL_VERSION, ...play }), null, 2)}\n`;
}
