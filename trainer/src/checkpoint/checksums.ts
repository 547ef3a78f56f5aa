import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

import { systemCode } from '../disk/systemCode.ts';
import { standingFolder } from '../disk/writeFolderAtomically.ts';
import { checkpointError, faultsMessage } from './checkpointError.ts';
import { readJsonObject } from './readModelConfig.ts';

/** Writes the SHA-256 of every file of a folder that is being written beside them. */
export async function writeChecksums(folder: string): Promise<void> {
  const sums = new Map<string, string>();
  for (const name of (await readdir(folder)).sort()) {
    sums.set(name, await sha256Of(path.join(folder, name)));
  }
  const content = { version: VERSION, sha256: Object.fromEntries(sums) };
  await writeFile(path.join(folder, CHECKSUMS), `${JSON.stringify(content, null, 2)}\n`);
}

/**
 * Throws a DeepCoderError that names the files of a run's checkpoint that are damaged or gone. A checkpoint that has
 * no checksums, as those of other programs, is taken as it is.
 */
export async function verifyChecksums(named: string): Promise<void> {
  const folder = await standingFolder(named);
  const json = await readJsonObject(path.join(folder, CHECKSUMS));
  if (json === null) return;
  const parsed = checksums.safeParse(json);
  const faults = parsed.success
    ? await faultsOf(folder, parsed.data.sha256)
    : [`${CHECKSUMS} does not say what the files should be`];
  if (faults.length === 0) return;
  const cure = 'use another of the checkpoints, or copy this one again';
  throw checkpointError('checkpoint-damaged', faultsMessage(folder, faults, cure));
}

const CHECKSUMS = 'checksums.json';
const VERSION = 1;

const checksums = z.object({
  version: z.literal(VERSION),
  sha256: z.record(z.string().regex(/^[^/\\]+$/), z.string()),
});

async function faultsOf(folder: string, wanted: Record<string, string>): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, sum] of Object.entries(wanted)) {
    const found = await sha256Of(path.join(folder, name)).catch((error: unknown) => {
      if (systemCode(error) === undefined) throw error;
      return null;
    });
    if (found === null) faults.push(`${name} cannot be read`);
    else if (found !== sum) faults.push(`${name} is damaged: its checksum is another`);
  }
  return faults;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { end: false });
  return hash.digest('hex');
}
