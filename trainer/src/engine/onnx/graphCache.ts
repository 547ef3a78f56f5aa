import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { atomicWrite } from '../../disk/atomicWrite.ts';
import { systemCode } from '../../disk/systemCode.ts';
import type { TensorSpec } from '../program.ts';
import type { WeightUses } from '../trace/weightUses.ts';

/** A program as traced: the ONNX model, its outputs in order, and how many nodes it has. */
export interface TracedGraph {
  model: Uint8Array;
  nodes: number;
  outputs: Record<string, TensorSpec>;
  /** See `TracedProgram`. */
  doubled: readonly string[];
  uses: WeightUses;
}

export interface GraphCache {
  /** Returns the graph cached under this key, or null if it is missing or damaged. */
  read: (key: string) => Promise<TracedGraph | null>;
  /** A cache that cannot be written only costs time, so trouble with the disk is not an error. */
  write: (key: string, graph: TracedGraph) => Promise<void>;
}

/**
 * Traced graphs of one build of the program in a folder. Each file begins with the SHA-256 of the rest, so that a
 * damaged one is never run; `build` is part of every key, since another build may trace the same program otherwise.
 */
export function openGraphCache(folder: string, build: string): GraphCache {
  const fileOf = (key: string): string =>
    join(folder, `${sha256(Buffer.from(JSON.stringify([build, key]))).toString('hex')}.graph`);
  return {
    read: async (key) => {
      const file = fileOf(key);
      const bytes = await readFile(file).catch(unlessSystemError);
      const graph = bytes === null ? null : decode(bytes);
      if (graph !== null) await utimes(file, new Date(), new Date()).catch(unlessSystemError);
      return graph;
    },
    write: async (key, graph) => {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await removeUnused(folder);
        await atomicWrite(fileOf(key), encode(graph));
      } catch (error) {
        if (!(error instanceof DeepCoderError)) unlessSystemError(error);
      }
    },
  };
}

const HASH_BYTES = 32;

type Head = Omit<TracedGraph, 'model'>;

function encode({ model, ...head }: TracedGraph): Uint8Array {
  const json = Buffer.from(JSON.stringify(head satisfies Head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const content = Buffer.concat([length, json, model]);
  return Buffer.concat([sha256(content), content]);
}

function decode(bytes: Buffer): TracedGraph | null {
  const content = bytes.subarray(HASH_BYTES);
  if (content.length < 4 || !bytes.subarray(0, HASH_BYTES).equals(sha256(content))) return null;
  const end = 4 + content.readUInt32LE(0);
  const head = JSON.parse(content.toString('utf8', 4, end)) as Head;
  return { ...head, model: content.subarray(end) };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const UNUSED_MS = 30 * 24 * 3600 * 1000;

/** Graphs of builds that are long gone, and files of writers that were killed. */
async function removeUnused(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const found = await stat(file).catch(unlessSystemError);
    if (found !== null && Date.now() - found.mtimeMs > UNUSED_MS) await rm(file, { force: true });
  }
}

function unlessSystemError(error: unknown): null {
  if (systemCode(error) === undefined) throw error;
  return null;
}
