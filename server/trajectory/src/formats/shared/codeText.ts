import type { Builder } from '../../assemble/builder.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../../text/source.ts';
import { agentText } from './agentText.ts';
import { dropLabel } from './labels.ts';

const THOUGHT = /\**Thoughts?:\**/y;
const FENCE = /^```(?:py|python)?[ \t]*\n/gm;
const CODE_LABEL = /(?:^|\n)[ \t]*\**Code:\**\s*$/;
const CLOSING_FENCE = '\n```';
const END_CODE = '<end_code>';

/**
 * What a code agent wrote: text, and the code it runs in `<code>` tags or in a fence. A closing tag that
 * nothing opened makes the paragraph before it code.
 */
export function codeText(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const { text } = source;
  const open = text.indexOf('<code>');
  const close = text.indexOf('</code>', Math.max(open, 0));
  if (open < 0 && close < 0) {
    fencedText(build, source);
    return;
  }
  const end = close < 0 ? text.length : close;
  const start = open < 0 ? paragraphBefore(text, end) : open;
  say(build, source, 0, start);
  if (open >= 0) label(build, source, open, '<code>'.length);
  build.put('action', plainSlice(source, open < 0 ? start : open + '<code>'.length, end));
  if (close < 0) return;
  label(build, source, close, '</code>'.length);
  say(build, source, close + '</code>'.length, text.length);
}

function fencedText(build: Builder, source: Source): void {
  const { text } = source;
  FENCE.lastIndex = 0;
  const fence = FENCE.exec(text);
  if (!fence) {
    say(build, source, 0, text.length);
    return;
  }
  const start = fence.index;
  const body = FENCE.lastIndex;
  const heading = CODE_LABEL.exec(text.slice(0, start))?.index ?? start;
  say(build, source, 0, heading);
  build.label(plainSlice(source, heading, body));
  const close = text.indexOf(CLOSING_FENCE, body - 1);
  const end = close < 0 ? text.length : close;
  build.put('action', plainSlice(source, body, end));
  if (close < 0) return;
  let after = close + CLOSING_FENCE.length;
  if (text.startsWith(END_CODE, after)) after += END_CODE.length;
  label(build, source, close + 1, after - close - 1);
  say(build, source, after, text.length);
}

function label(build: Builder, source: Source, start: number, length: number): void {
  build.label(plainSlice(source, start, start + length));
}

function say(build: Builder, source: Source, start: number, end: number): void {
  agentText(build, dropLabel(build, plainSlice(source, start, end), THOUGHT));
}

function paragraphBefore(text: string, end: number): number {
  const gap = text.slice(0, end).trimEnd().lastIndexOf('\n\n');
  const start = gap < 0 ? 0 : gap;
  THOUGHT.lastIndex = /\S/.exec(text.slice(start, end))?.index ?? 0;
  return THOUGHT.test(text.slice(start, end)) ? end : start;
}
