import { parentPort, workerData } from 'node:worker_threads';
import type { CampaignModule } from './campaign.ts';

/** What came of a try, and how many of what it counted. */
export interface Answer {
  /** Null: it passed. */
  text: string | null;
  counts: Record<string, number>;
}

/** A thread that makes the tries of a campaign. */
const { module } = workerData as { module: string };
const { attempt, end } = (await import(module)) as CampaignModule;

parentPort!.on('message', (message: number | 'end') => void answer(message));

async function answer(message: number | 'end'): Promise<void> {
  const counts: Record<string, number> = {};
  const count = (what: string, more = 1): void => {
    counts[what] = (counts[what] ?? 0) + more;
  };
  let text: string | null = null;
  try {
    if (message === 'end') await end?.();
    else text = await attempt(message, count);
  } catch (error) {
    text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  parentPort!.postMessage({ text, counts } satisfies Answer);
}
