import type { Builder } from '../../build/builder.ts';
import { content, getAny, isArray, isObject, literal } from '../../json/jsonNode.ts';
import { scanJson } from '../../json/scanJson.ts';
import { plainSlice, type Source } from '../../text/source.ts';
import type { Range } from '../../types.ts';

const XML_CALL = /<function=([^>\s]+)>/g;

/** The body of a call's tag: JSON with name and arguments, `<function=name>` with parameters, or text. */
export function writtenCall(build: Builder, source: Source, { start, end }: Range): void {
  if (jsonCall(build, source, { start, end })) return;
  const body = source.text.slice(start, end);
  XML_CALL.lastIndex = 0;
  const xml = XML_CALL.exec(body);
  if (!xml) {
    build.put('action', plainSlice(source, start, end));
    return;
  }
  const nameStart = start + xml.index + '<function='.length;
  const bodyStart = start + XML_CALL.lastIndex;
  const close = body.indexOf('</function>', XML_CALL.lastIndex);
  build.call({
    name: plainSlice(source, nameStart, bodyStart - 1),
    arguments: plainSlice(source, bodyStart, close < 0 ? end : start + close),
  });
}

/** One call as an object, or several in a list. */
function jsonCall(build: Builder, source: Source, { start, end }: Range): boolean {
  const first = /\S/.exec(source.text.slice(start, end))?.[0];
  if (first !== '{' && first !== '[') return false;
  const { value } = scanJson(source, start, end);
  const calls = (isArray(value) ? value.items : value ? [value] : []).filter(isObject);
  for (const call of calls) {
    const name = getAny(call, 'name', 'function', 'tool_name');
    if (name) {
      const args = getAny(call, 'arguments', 'parameters', 'args');
      build.call({ name: content(name), arguments: content(args) });
    } else {
      build.call({ arguments: literal(call) });
    }
  }
  return calls.length > 0;
}
