import { z } from 'zod';
import { fromDisk, toDisk } from './diskKeys.ts';
import { PROTOCOL_VERSION } from './protocolVersion.ts';

const share = z.number().min(0).max(1);

/** How one player did. What was not measured is null. */
const playRow = z.object({
  /** `teacher`, `student before`, `student after`, or another player that was compared. */
  who: z.string().min(1),
  games: z.int().min(1),
  /** Share of the games that were solved. */
  success: share,
  /** Means over the games. */
  steps: z.number().min(0).nullable(),
  reasoningTokens: z.number().min(0).nullable(),
  /** Share of the actions that the teacher would have taken there. */
  actionAgreement: share.nullable(),
  secondsPerStep: z.number().min(0).nullable(),
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
  /** Samples; the first one is shown opened. */
  episodes: z.array(playEpisode),
});

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
export function formatPlayFile(play: Omit<PlayFile, 'protocolVersion'>): string {
  return `${JSON.stringify(toDisk({ protocolVersion: PROTOCOL_VERSION, ...play }), null, 2)}\n`;
}
