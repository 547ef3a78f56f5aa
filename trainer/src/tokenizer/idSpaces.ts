import { tokenBytes } from './tokenBytes.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * How a teacher's token ids relate to its student's. Shared: up to `size` an id stands for the same bytes to
 * both, but for `unknown`, which are no token of one of them; ids from `size` on are padding, or tokens of the
 * teacher alone. Apart: what one says the other cannot read by its ids; `why` in one sentence.
 */
export type IdSpaces =
  { isShared: true; size: number; unknown: readonly number[] } | { isShared: false; why: string };

/** Compares what ids stand for; how large the vocabularies are, or the models' heads, proves nothing. */
export function idSpaces(student: Tokenizer, teacher: Tokenizer): IdSpaces {
  const [own, theirs] = [tokenBytes(student), tokenBytes(teacher)];
  const unknown: number[] = [];
  for (let id = 0; id < student.vocabSize; id++) {
    const [ours, other] = [own(id), theirs(id)];
    if (ours === null) unknown.push(id);
    else if (ours !== other) return apart(id, student.tokenOf(id), teacher.tokenOf(id));
  }
  if (student.rulesFingerprint !== teacher.rulesFingerprint) {
    const why = "the vocabularies agree, but the student's tokenizer cuts texts by other rules";
    return { isShared: false, why };
  }
  return { isShared: true, size: student.vocabSize, unknown };
}

function apart(id: number, ours: string | null, theirs: string | null): IdSpaces {
  const other = theirs === null ? 'nothing' : JSON.stringify(theirs);
  return {
    isShared: false,
    why: `token ${id} is ${JSON.stringify(ours)} to the student and ${other} to the teacher`,
  };
}
