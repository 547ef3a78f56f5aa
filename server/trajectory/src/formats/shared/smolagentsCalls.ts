import type { Builder } from '../../assemble/builder.ts';
import { Finder } from '../../text/finder.ts';
import { readPython } from '../../text/pythonLiteral.ts';
import { decodedSource, plainSlice, type Slice, type Source } from '../../text/source.ts';

/** A tool call as smolagents prints it, with its arguments as a Python literal. */
const PRINTED = /\b(?:Tool call|Call:?) ([^\s:]+): calling '?([^'\s]+)'? with arguments: ?/gi;

/** A call in the list that a `tool-call` message has. */
const LISTED = /['"]name['"]: ?['"]([^'"\n]+)['"], ?['"]arguments['"]: ?/g;

/** Splits a text in which calls are printed: what stands before them is said. */
export function printedCalls(build: Builder, slice: Slice): boolean {
  const source = decodedSource(slice);
  const { text } = source;
  const finder = new Finder(text, PRINTED);
  let found = finder.next(0);
  if (!found) return false;
  let at = 0;
  while (found) {
    build.say(plainSlice(source, at, found.start));
    const literal = readPython(text, found.end, text.length);
    const end = literal?.end ?? text.length;
    const nameStart = text.lastIndexOf(found.groups[2]!, found.end);
    build.call({
      id: found.groups[1]!,
      name: plainSlice(source, nameStart, nameStart + found.groups[2]!.length),
      arguments: plainSlice(source, found.end, end),
      json: literal?.type === 'dict' ? literal.json : null,
    });
    at = end;
    found = finder.next(end);
  }
  build.say(plainSlice(source, at, text.length));
  return true;
}

/** The calls of a `tool-call` message: copies, where the agent wrote them out. */
export function listedCalls(build: Builder, slice: Slice): void {
  const source: Source = decodedSource(slice);
  const finder = new Finder(source.text, LISTED);
  for (let found = finder.next(0); found;) {
    const literal = readPython(source.text, found.end, source.text.length);
    const end = literal?.end ?? source.text.length;
    const nameStart = source.text.indexOf(found.groups[1]!, found.start + "'name':".length);
    build.call({
      name: plainSlice(source, nameStart, nameStart + found.groups[1]!.length),
      arguments: plainSlice(source, found.end, end),
      json: literal?.type === 'dict' ? literal.json : null,
    });
    found = finder.next(end);
  }
}
