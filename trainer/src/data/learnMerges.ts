import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/**
 * Trains byte-level BPE on a file of text, and writes what the library makes of it to `saveTo`: the trainer of
 * its binding for Node takes no options (30,000 tokens, no special ones), and gives merges only in that file.
 * In a process of its own, since it cannot be stopped otherwise, and writes lines of its own to stdout.
 */
export async function learnMerges(
  texts: string,
  { saveTo, signal }: { saveTo: string; signal: AbortSignal },
): Promise<void> {
  const library = createRequire(import.meta.url).resolve('tokenizers');
  const args = ['-e', LEARN, library, texts, saveTo];
  await promisify(execFile)(process.execPath, args, { signal });
}

const LEARN = `
const [library, texts, saveTo] = process.argv.slice(1);
const { BPE, byteLevelPreTokenizer, Tokenizer } = require(library);
const tokenizer = new Tokenizer(BPE.empty());
tokenizer.setPreTokenizer(byteLevelPreTokenizer(false));
tokenizer.train([texts]);
tokenizer.save(saveTo);
`;
