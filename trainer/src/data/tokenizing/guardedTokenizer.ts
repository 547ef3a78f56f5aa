import { existsSync } from 'node:fs';
import { isWellKnown } from '../../tokenizer/isWellKnown.ts';
import { createTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { TokenizerFiles } from '../../tokenizer/tokenizerFiles.ts';
import { coderProcess } from './coderProcess.ts';

/** The process's bundle beside the program's. Where the program runs from source there is none. */
const SCRIPT = new URL('./tokenizerProcess.mjs', import.meta.url);

/** Over a longer text, well-known rules too can take more steps than the library allows. */
const LONG = 1_000_000;

/** A tokenizer whose rules, where they are not well known, or its text is long, are run in a process of their own. */
export async function guardedTokenizer(files: TokenizerFiles, script = SCRIPT): Promise<Tokenizer> {
  if (!existsSync(script)) return createTokenizer(files);
  const apart = coderProcess(files, { script });
  if (!isWellKnown(files)) return createTokenizer(files, () => apart);
  return createTokenizer(files, (here) => ({
    ...here,
    encode: (text) => (text.length > LONG ? apart : here).encode(text),
  }));
}
