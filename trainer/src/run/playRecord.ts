import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatPlayFile, parsePlayFile, type PlayFile } from '@deepcoder/trainer-protocol';
import { atomicWrite } from './atomicWrite.ts';

const FILE = 'play.json';

/** Who has played around a run so far; null where nobody has, or the file cannot be read. */
export async function readPlayRecord(runFolder: string): Promise<PlayFile | null> {
  const text = await readFile(path.join(runFolder, FILE), 'utf8').catch(() => null);
  const parsed = text === null ? null : parsePlayFile(text);
  return parsed !== null && 'value' in parsed ? parsed.value : null;
}

export async function writePlayRecord(
  runFolder: string,
  play: Omit<PlayFile, 'protocolVersion'>,
): Promise<void> {
  await atomicWrite(path.join(runFolder, FILE), formatPlayFile(play));
}
