import { parentPort, workerData } from 'node:worker_threads';
import type { CampaignModule } from './campaign.ts';

/** A thread that makes the tries of a campaign, so that one that hangs can be ended. */
const { module } = workerData as { module: string };
const { attempt } = (await import(module)) as CampaignModule;

parentPort!.on('message', (seed: number) => void answer(seed));

async function answer(seed: number): Promise<void> {
  try {
    parentPort!.postMessage(await attempt(seed));
  } catch (error) {
    parentPort!.postMessage(error instanceof Error ? error.stack : String(error));
  }
}
