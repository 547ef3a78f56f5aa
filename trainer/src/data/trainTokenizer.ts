import { open, readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { parse, spanText } from '@deepcoder/trajectory';
import { z } from 'zod';
import { writeFolderAtomically } from '../disk/writeFolderAtomically.ts';
import { bytePairTokenizer, LEAST_TOKENS, type Merge } from '../tokenizer/bytePairTokenizer.ts';
import type { Document } from './encode/renderDocument.ts';
import { learnMerges } from './learnMerges.ts';

export interface TrainTokenizerOptions {
  /** The most tokens, special ones and the 256 bytes among them. */
  vocabSize: number;
  /** Where `tokenizer.json` and `tokenizer_config.json` are written; nothing may be there. */
  folder: string;
  signal: AbortSignal;
  onDocument?: (document: Document) => void;
  /** All is read, and merges are learnt. */
  onLearning?: () => void;
}

export interface TrainedTokenizer {
  tokens: number;
  trajectories: number;
  characters: number;
}

/** Makes a tokenizer for what agents and environments say in documents: byte-level BPE, without unknown tokens. */
export async function trainTokenizer(
  documents: AsyncIterable<Document>,
  { vocabSize, folder, signal, onDocument, onLearning }: TrainTokenizerOptions,
): Promise<TrainedTokenizer> {
  if (vocabSize < LEAST_TOKENS) {
    throw new DeepCoderError(
      'tokenizer-size',
      `a vocabulary of ${vocabSize} is too small: ${LEAST_TOKENS} are needed for the bytes and the special tokens`,
      { exitCode: 2 },
    );
  }
  const work = await mkdtemp(path.join(tmpdir(), 'deepcoder-tokenizer-'));
  try {
    const texts = path.join(work, 'texts.txt');
    const counts = await writeTexts(texts, documents, (document) => {
      signal.throwIfAborted();
      onDocument?.(document);
    });
    if (counts.trajectories === 0) {
      throw new DeepCoderError('no-training-data', 'there is no trajectory in the data', {
        exitCode: 3,
      });
    }
    const learnt = path.join(work, 'learnt.json');
    onLearning?.();
    await learnMerges(texts, { saveTo: learnt, signal });
    const { model } = learntSchema.parse(JSON.parse(await readFile(learnt, 'utf8')));
    const files = bytePairTokenizer(model.merges, vocabSize);
    await writeFolderAtomically(folder, async (writing) => {
      await writeFile(path.join(writing, 'tokenizer.json'), files.tokenizer);
      await writeFile(path.join(writing, 'tokenizer_config.json'), files.tokenizerConfig);
    });
    return { ...counts, tokens: tokensIn(files.tokenizer) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const mergeSchema: z.ZodType<Merge> = z.tuple([z.string(), z.string()]);

const learntSchema = z.object({ model: z.object({ merges: z.array(mergeSchema) }) });

/** What is learnt from is what a student reads: the contents of spans, and the labels between them. */
async function writeTexts(
  file: string,
  documents: AsyncIterable<Document>,
  onDocument: (document: Document) => void,
): Promise<Omit<TrainedTokenizer, 'tokens'>> {
  const out = await open(file, 'w');
  let trajectories = 0;
  let characters = 0;
  try {
    for await (const document of documents) {
      const text = textOf(document);
      trajectories += text.trajectories;
      characters += text.content.length;
      await out.write(text.content);
      onDocument(document);
    }
  } finally {
    await out.close();
  }
  return { trajectories, characters };
}

function textOf({ text, format, fileName, rules }: Document): {
  content: string;
  trajectories: number;
} {
  const parsed = parse(text, {
    ...(format === null ? {} : { format }),
    ...(fileName === null ? {} : { fileName }),
    ...(rules === null ? {} : { rules }),
  });
  const trajectories = parsed.trajectories.length;
  if (trajectories === 0) return { content: '', trajectories };
  const labels = parsed.labels.map(({ start, end }) => text.slice(start, end));
  const spans = parsed.spans.map((_, index) => spanText(text, parsed, index));
  return { content: `${[...labels, ...spans].join('\n')}\n`, trajectories };
}

function tokensIn(tokenizer: string): number {
  const { model } = JSON.parse(tokenizer) as { model: { vocab: object } };
  return Object.keys(model.vocab).length;
}
