import type { Builder } from '../../build/builder.ts';
import { decodedSource, type Slice } from '../../text/source.ts';
import { mayHaveMarks } from './agentMarks.ts';
import { TagSplitter, type WhichCalls } from './tagSplitter.ts';

/**
 * What an agent wrote in one string: plain text, or text with marks inside, which is split.
 * `calls: 'elsewhere'`: the message lists its calls apart, so those in the text are copies. `thoughts`: what
 * it gives as its thinking apart, of which tags in the text may be copies too.
 */
export function agentText(
  build: Builder,
  slice: Slice | null,
  options: { calls?: WhichCalls; thoughts?: readonly Slice[] } = {},
): void {
  if (!slice) return;
  if (!maySplit(slice)) {
    build.say(slice);
    return;
  }
  const source = decodedSource(slice);
  const splitter = new TagSplitter(build, source, options.thoughts);
  splitter.split({ start: 0, end: source.text.length }, options.calls ?? 'here');
}

/** Only what begins as a list or object can be a call by itself. */
function maySplit({ source, start, end, escaped }: Slice): boolean {
  const raw = source.text.slice(start, end);
  if (/^\s*[{[]/.test(raw) || (escaped && /^(?:\s|\\[nrt])*[{[]/.test(raw))) return true;
  return mayHaveMarks(raw, escaped);
}
