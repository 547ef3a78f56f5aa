import type { Builder } from '../../assemble/builder.ts';
import { decodedSource, type Slice } from '../../text/source.ts';
import { mayHaveMarks } from './agentMarks.ts';
import { TagSplitter } from './tagSplitter.ts';
import type { WhichCalls } from './writtenCall.ts';

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

/** What begins as a list or object can be calls by itself; so can an object in a fence, or behind words. */
const BEGINS = /^\s*(?:[{[`]|Here(?:'s| is) my thought)/;
const BEGINS_ESCAPED = /^(?:\s|\\[nrt])*(?:[{[`]|Here(?:'s| is) my thought)/;
const ENDS = /\}(?:\s|\\[nrt])*(?:```(?:\s|\\[nrt])*)?$/;

function maySplit({ source, start, end, escaped }: Slice): boolean {
  const raw = source.text.slice(start, end);
  if (BEGINS.test(raw) || (escaped && BEGINS_ESCAPED.test(raw))) return true;
  return ENDS.test(raw.slice(-20)) || mayHaveMarks(raw, escaped);
}
