import path from 'node:path';
import { formatPlayFile, type PlayFile } from '@deepcoder/trainer-protocol';
import { atomicWrite } from '../disk/atomicWrite.ts';

const FILE = 'play.json';

/** Who has played, into the run's folder. */
export async function writePlayRecord(
  runFolder: string,
  play: Omit<PlayFile, 'protocolVersion'>,
): Promise<void> {
  await atomicWrite(path.join(runFolder, FILE), formatPlayFile(play));
}
