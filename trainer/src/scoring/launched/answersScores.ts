import type { Config } from '@deepcoder/config';
import { scoreServer, type ServerAddress } from '../served/openScoreServer.ts';

/** A server that has not scored four tokens by then is not ready, whatever its health page says. */
const WITHIN_SECONDS = 60;

/**
 * Whether a server answers what it is there for. Its own health page can say yes before the model is there, and
 * no while it is busy.
 *
 * @returns null, or why not
 */
export async function whyNoScores(
  { type, model }: Pick<Config['teacher'], 'type' | 'model'>,
  address: ServerAddress,
  signal?: AbortSignal,
): Promise<string | null> {
  const client = scoreServer({ type, model, timeout: WITHIN_SECONDS, retries: 0 }, address);
  try {
    await client.rows({
      ids: Int32Array.of(1, 2, 3, 4),
      offsets: Int32Array.of(1, 2, 3),
      k: 1,
      signal,
    });
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
