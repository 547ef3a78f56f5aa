import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../../text/source.ts';
import { agentText } from '../shared/agentText.ts';

const OPENING = /<details type="(reasoning|tool_calls)"([^<>]*)>\s*(?:<summary>[^<]*<\/summary>)?/g;
const CLOSING = '</details>';

/** Open WebUI's texts, in which thinking and calls with their results are elements that fold. */
export function detailsText(build: Builder, slice: Slice): void {
  const source = decodedSource(slice);
  const { text } = source;
  const opening = new RegExp(OPENING);
  let at = 0;
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const close = text.indexOf(CLOSING, opening.lastIndex);
    if (close < 0) break;
    say(build, source, { start: at, end: found.index });
    at = close + CLOSING.length;
    build.run();
    const inner = { start: opening.lastIndex, end: close };
    build.label(plainSlice(source, found.index, inner.start));
    if (found[1] === 'reasoning') {
      build.put('reasoning', plainSlice(source, withoutQuote(text, inner), inner.end));
    } else call(build, source, { start: found.index, end: inner.start });
    build.label(plainSlice(source, inner.end, at));
    opening.lastIndex = at;
  }
  say(build, source, { start: at, end: text.length });
}

function say(build: Builder, source: Source, { start, end }: Range): void {
  if (source.text.slice(start, end).trim() === '') return;
  build.run();
  agentText(build, plainSlice(source, start, end));
}

/** Its lines are quoted. */
function withoutQuote(text: string, { start, end }: Range): number {
  const mark = /^\s*(?:>|&gt;)[ \t]?/.exec(text.slice(start, end));
  return start + (mark?.[0].length ?? 0);
}

function call(build: Builder, source: Source, opening: Range): void {
  const attribute = (name: string): Slice | null => {
    const found = new RegExp(` ${name}="([^"]*)"`).exec(
      source.text.slice(opening.start, opening.end),
    );
    if (!found) return null;
    const end = opening.start + found.index + found[0].length - 1;
    return plainSlice(source, end - found[1]!.length, end);
  };
  const args = attribute('arguments');
  const id = textOf(attribute('id'));
  build.call({ id, name: attribute('name'), arguments: args, json: jsonOf(textOf(args)) });
  const result = attribute('result');
  if (result && result.end > result.start) {
    build.result({ callId: id });
    build.put('observation', result);
  }
}

function textOf(slice: Slice | null): string | null {
  return slice && slice.source.text.slice(slice.start, slice.end);
}

const ENTITIES = new Map([
  ['&quot;', '"'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&#x27;', "'"],
  ['&#39;', "'"],
  ['&amp;', '&'],
]);

/** The arguments are JSON, as a string in JSON, in an attribute. */
function jsonOf(raw: string | null): string | null {
  if (raw === null) return null;
  const text = raw.replace(/&(?:quot|lt|gt|amp|#x27|#39);/g, (entity) => ENTITIES.get(entity)!);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return null;
  }
}
