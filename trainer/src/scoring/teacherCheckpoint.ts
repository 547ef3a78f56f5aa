import { type Config, DeepCoderError } from '@deepcoder/config';
import { type Checkpoint, openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import type { Executor } from '../engine/program.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import { uploaded } from '../engine/uploaded.ts';
import type { LoadedModel } from '../inference/players.ts';
import { readParameters } from '../student/openStudent.ts';
import { type IdSpaces, idSpaces } from '../tokenizer/idSpaces.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

/** A teacher that is a checkpoint on this machine; its weights are not read yet. */
export interface TeacherCheckpoint {
  folder: string;
  checkpoint: Checkpoint;
}

/** The checkpoint that a config names as its teacher; null where the teacher is none or runs elsewhere. */
export async function openTeacherCheckpoint(
  { teacher }: Config,
  cwd: string,
): Promise<TeacherCheckpoint | null> {
  if (teacher.type !== 'checkpoint' || teacher.model === null) return null;
  const folder = await modelPlace(teacher.model, { cwd });
  return { folder, checkpoint: await openCheckpoint(folder) };
}

/** A teacher's weights with an executor, for scoring, playing and comparing. */
export async function loadTeacher(
  executor: Executor,
  { checkpoint }: TeacherCheckpoint,
): Promise<LoadedModel> {
  const frozen = uploaded(executor, await readParameters(checkpoint));
  return { model: checkpoint.config, lora: null, state: {}, frozen };
}

/** How the ids of two tokenizers relate where they stand for the same tokens. */
type SharedIds = Extract<IdSpaces, { isShared: true }>;

/**
 * Scores are about token ids, so teacher and student must mean the same by them.
 *
 * @throws DeepCoderError where they do not
 */
export async function sharedIds(folder: string, tokenizer: Tokenizer): Promise<SharedIds> {
  const spaces = idSpaces(tokenizer, await openTokenizer(folder));
  if (spaces.isShared) return spaces;
  throw new DeepCoderError(
    'tokenizer-misfit',
    `teacher ${folder}: its tokenizer is not the student's (${tokenizer.files.place}), so its scores mean other tokens: ${spaces.why}; set teacher.align: bytes, or take a teacher and a student that share a tokenizer`,
    { exitCode: 3 },
  );
}

/** What the heads have beyond the tokens that both know. */
export function paddingLines(
  rows: { teacher: number; student: number },
  { size, unknown }: { size: number; unknown: readonly number[] },
): string[] {
  const tokens = size - unknown.length;
  const [teachers, students] = [rows.teacher - tokens, rows.student - tokens];
  const lines: string[] = [];
  if (teachers > 0)
    lines.push(
      `teacher: ${teachers} of its ${rows.teacher} rows are no token of the student and are left out`,
    );
  if (students > 0)
    lines.push(
      `student: ${students} of its ${rows.student} rows are no token (padding); to the teacher they never come`,
    );
  return lines;
}
