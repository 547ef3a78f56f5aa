import { openCoder } from '../../tokenizer/tokenizer.ts';
import type { TextCoder } from '../../tokenizer/textCoder.ts';
import type { TokenizerFiles } from '../../tokenizer/tokenizerFiles.ts';
import type { CoderAnswer, CoderRequest } from './messages.ts';

const MOST_BYTES = 4 * 2 ** 30;

/** Entry point of a process that runs one tokenizer: its files come first, then requests. */
let coder: TextCoder | null = null;
process.on('message', (message: TokenizerFiles | CoderRequest) => {
  if ('tokenizer' in message) coder = openCoder(message);
  else void answer(message).then((reply) => process.send?.(reply));
});
setInterval(() => {
  if (process.memoryUsage.rss() > MOST_BYTES) throw new Error('it takes more than 4 GB of memory');
}, 200).unref();

async function answer(request: CoderRequest): Promise<CoderAnswer> {
  try {
    return { result: await run(request, coder!) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function run(request: CoderRequest, { encode, decode, prefixIds }: TextCoder): Promise<unknown> {
  if ('encode' in request) return encode(request.encode);
  return 'decode' in request ? decode(request.decode) : prefixIds();
}
