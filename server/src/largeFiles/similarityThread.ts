import {
  indexFile,
  recordAt,
  spanText,
  type ParseOptions,
  type StoredRecord,
} from '@deepcoder/trajectory';
import { openFile } from './openFile.ts';
import { TfIdf, type Similar } from './tfIdf.ts';

/** What the thread is started with. */
export interface SimilarityData {
  similarityOf: { path: string; options: ParseOptions };
}

/** Whether a thread is started for this. */
export function isSimilarityData(data: unknown): data is SimilarityData {
  return typeof data === 'object' && data !== null && 'similarityOf' in data;
}

/** What it is asked: the records most like a text, or like one of them. */
export interface SimilarityQuestion {
  id: number;
  query: string | null;
  record: number | null;
  limit: number;
}

/** What it tells: an answer, or how far it is. */
export type SimilarityAnswer =
  { id: number; matches: Similar[]; progress: SimilarityProgress } | { problem: string };

interface SimilarityProgress {
  indexed: number;
  isComplete: boolean;
  /** What is behind the records that are indexed does not fit. */
  isFull: boolean;
}

interface Port {
  on: (event: 'message', listener: (question: SimilarityQuestion) => void) => unknown;
  postMessage: (answer: SimilarityAnswer) => void;
}

/** Questions are looked at between records, at least so often. */
const SLICE_MS = 20;

/**
 * Indexes the records of a file for search by meaning, on a thread of its own, and answers meanwhile by those that
 * are there. Its memory ends with it.
 */
export async function runSimilarityThread(
  port: Port,
  { similarityOf }: SimilarityData,
): Promise<void> {
  const index = new TfIdf();
  let isComplete = false;
  port.on('message', ({ id, query, record, limit }) => {
    const matches =
      record === null ? index.likeText(query ?? '', limit) : index.likeRecord(record, limit);
    const progress = { indexed: index.count, isComplete, isFull: index.isFull };
    port.postMessage({ id, matches: matches ?? [], progress });
  });
  try {
    await addAll(index, similarityOf);
    isComplete = true;
  } catch (error) {
    port.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
}

async function addAll(
  index: TfIdf,
  { path, options }: SimilarityData['similarityOf'],
): Promise<void> {
  const file = await openFile(path);
  try {
    let until = Date.now() + SLICE_MS;
    for (const { name, fileName, reader } of file.parts) {
      const part = await indexFile(reader, name === null ? options : { ...options, fileName });
      for (let record = 0; record < part.entries.records && !index.isFull; record += 1) {
        const stored = await recordAt(reader, part, record);
        index.add(stored ? meaningOf(stored) : '');
        if (Date.now() < until) continue;
        await new Promise((resolve) => setImmediate(resolve));
        until = Date.now() + SLICE_MS;
      }
    }
  } finally {
    await file.close();
  }
}

/** Longer spans are known by their beginnings. */
const MOST_OF_SPAN = 4000;

/** What was to be done, what the agent did, and what it saw. */
function meaningOf({ text, parsed }: StoredRecord): string {
  const parts: string[] = [];
  parsed.spans.forEach(({ kind }, i) => {
    if (kind === 'action' || kind === 'observation' || kind === 'task')
      parts.push(spanText(text, parsed, i).slice(0, MOST_OF_SPAN));
  });
  return parts.join('\n');
}
