import { type Config, teacherTokenizerPlace } from '@deepcoder/config';
import { openTokenizer } from '../../data/openTokenizer.ts';
import { modelPlace } from '../../hub/modelPlace.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

/** The tokenizer of a teacher whose tokens are paired with the student's by their bytes; null where ids are shared. */
export async function teacherTokenizer(
  { teacher }: Config,
  cwd: string,
): Promise<Tokenizer | null> {
  const place = teacher.align === 'bytes' ? teacherTokenizerPlace(teacher) : null;
  return place === null ? null : openTokenizer(await modelPlace(place, { cwd, need: 'tokenizer' }));
}
