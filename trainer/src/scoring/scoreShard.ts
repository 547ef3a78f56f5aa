import { open, readFile, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';

import { checkpointError } from '../checkpoint/checkpointError.ts';
import { systemCode } from '../disk/systemCode.ts';

export interface ShardRecord {
  id: string;
  /** Tokens that it scores. */
  rows: number;
  bytes: Uint8Array;
}

/** Where a record lies in its shard file. */
export interface ShardEntry {
  id: string;
  rows: number;
  start: number;
  length: number;
  crc: number;
}

/**
 * A shard file: magic, u32 length and u32 CRC-32 of a JSON index, the index, the records. Each record has
 * its own CRC-32 in the index, so that no reader has to go through a whole shard.
 */
export function encodeShard(records: readonly ShardRecord[]): Buffer {
  let offset = 0;
  const entries = records.map(({ id, rows, bytes }) => {
    const entry = { id, rows, offset, length: bytes.length, crc: crc32(bytes) };
    offset += bytes.length;
    return entry;
  });
  const index = Buffer.from(JSON.stringify(entries));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(index.length, 8);
  prefix.writeUInt32LE(crc32(index), 12);
  return Buffer.concat([prefix, index, ...records.map(({ bytes }) => bytes)]);
}

/** The index of a shard, checked; null when the file is gone, say by another run's hand. */
export async function readShardIndex(file: string): Promise<ShardEntry[] | null> {
  return withShard(file, async (handle) => {
    const prefix = await readExactly(handle, file, { start: 0, length: PREFIX_BYTES });
    if (prefix.toString('latin1', 0, 8) !== MAGIC) throw corrupt(file, 'it has another format');
    const length = prefix.readUInt32LE(8);
    const index = await readExactly(handle, file, { start: PREFIX_BYTES, length });
    if (crc32(index) !== prefix.readUInt32LE(12))
      throw corrupt(file, 'its index has a wrong checksum');
    const start = PREFIX_BYTES + length;
    const entries = entriesJson.parse(JSON.parse(index.toString('utf8')));
    const end = entries.reduce((sum, entry) => sum + entry.length, start);
    const { size } = await handle.stat();
    if (size !== end) throw corrupt(file, `it has ${size} bytes, its index wants ${end}`);
    return entries.map(({ offset, ...entry }) => ({ ...entry, start: start + offset }));
  });
}

/**
 * The records of a journal: shards of one record each, one behind the other, as they were written while
 * they waited for a larger one. What a dying program has left half-written at the end is left out.
 */
export async function readJournal(file: string): Promise<ShardEntry[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const found: ShardEntry[] = [];
  for (let at = 0; at + PREFIX_BYTES <= bytes.length;) {
    const indexEnd = at + PREFIX_BYTES + bytes.readUInt32LE(at + 8);
    const index = bytes.subarray(at + PREFIX_BYTES, indexEnd);
    const isWhole =
      bytes.toString('latin1', at, at + 8) === MAGIC &&
      crc32(index) === bytes.readUInt32LE(at + 12);
    if (!isWhole) break;
    for (const { offset, ...entry } of entriesJson.parse(JSON.parse(index.toString('utf8')))) {
      const start = indexEnd + offset;
      const record = bytes.subarray(start, start + entry.length);
      if (crc32(record) !== entry.crc) return found;
      found.push({ ...entry, start });
      at = start + entry.length;
    }
  }
  return found;
}

/** The bytes of a record, checked; null when the file is gone. */
export async function readShardRecord(file: string, entry: ShardEntry): Promise<Buffer | null> {
  return withShard(file, async (handle) => {
    const bytes = await readExactly(handle, file, entry);
    if (crc32(bytes) === entry.crc) return bytes;
    throw corrupt(file, `sample "${entry.id}" has a wrong checksum`);
  });
}

const MAGIC = 'DCSCORE1';
const PREFIX_BYTES = 16;

const whole = z.int().nonnegative();
const entriesJson = z.array(
  z.object({ id: z.string(), rows: whole, offset: whole, length: whole, crc: whole }),
);

async function withShard<T>(
  file: string,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T | null> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function readExactly(
  handle: FileHandle,
  file: string,
  { start, length }: { start: number; length: number },
): Promise<Buffer> {
  const { size } = await handle.stat();
  // Before the buffer is made: a corrupt length can ask for gigabytes.
  if (start + length > size) throw corrupt(file, `it is cut short at byte ${size}`);
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) throw corrupt(file, `it is cut short at byte ${start + done}`);
    done += bytesRead;
  }
  return bytes;
}

function corrupt(file: string, detail: string): Error {
  return checkpointError(
    'score-cache-corrupt',
    `score cache ${file}: the file is damaged (${detail}); delete it, its samples are then scored again`,
  );
}
