import { createHash } from 'node:crypto';
import { tokenBytes } from '../../tokenizer/tokenBytes.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

/** Between the tokens of a teacher and those of its student, by the bytes that they stand for. */
export interface TokenTranslation {
  /** The student's token that stands for the bytes of a token of the teacher; -1 where there is none. */
  readonly ownId: (theirs: number) => number;
  /** The bytes of a token, one character each; none for an id that is no token. */
  readonly ownBytes: (id: number) => string;
  readonly theirBytes: (id: number) => string;
  /** Whether an id is a token of the student. */
  readonly isToken: (id: number) => boolean;
  /** How many tokens the student has. */
  readonly ownCount: number;
  /** Changes with anything that could change a translation. */
  readonly fingerprint: string;
}

/**
 * @param ends the teacher's token for each token of the student that ends a turn or a text; these mean the same
 *   whatever they are called
 */
export function tokenTranslation(
  student: Tokenizer,
  teacher: Tokenizer,
  ends: ReadonlyMap<number, number>,
): TokenTranslation {
  const [own, theirs] = [allBytes(student), allBytes(teacher)];
  const byBytes = new Map<string, number>();
  own.forEach((bytes, id) => {
    if (bytes !== '' && !byBytes.has(bytes)) byBytes.set(bytes, id);
  });
  const table = Int32Array.from(theirs, (bytes) => byBytes.get(bytes) ?? -1);
  // The token that ends a turn, before the one that ends a text, where one token of the teacher does both.
  for (const [mine, other] of [...ends].reverse()) table[other] = mine;
  const parts = [student.fingerprint, teacher.fingerprint, [...ends]];
  return {
    ownId: (id) => table[id] ?? -1,
    ownBytes: (id) => own[id] ?? '',
    theirBytes: (id) => theirs[id] ?? '',
    ownCount: own.filter((bytes) => bytes !== '').length,
    isToken: (id) => (own[id] ?? '') !== '',
    fingerprint: createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
  };
}

function allBytes(tokenizer: Tokenizer): string[] {
  const bytesOf = tokenBytes(tokenizer);
  return Array.from({ length: tokenizer.vocabSize }, (_, id) => bytesOf(id) ?? '');
}
