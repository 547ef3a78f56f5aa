import {
  convert,
  parse,
  type AssistantMessage,
  type ConvertTarget,
  type Parsed,
} from '@deepcoder/trajectory';
import { canonicalJson, jsonValue } from '../generator/compare.ts';

type Call = AssistantMessage['calls'][number];

/**
 * What is lost or added on the way through a target, as lines; null where the conversion itself says that the
 * target cannot hold all of it.
 */
export function roundTripFaults(text: string, target: ConvertTarget): string[] | null {
  const parsed = parse(text);
  const converted = convert(parsed, target, text);
  if (converted.problems.length > 0) return null;
  const before = linesOf(parsed);
  const after = linesOf(parse(converted.text));
  return [
    ...without(before, after).map((line) => `- ${line}`),
    ...without(after, before).map((line) => `+ ${line}`),
  ];
}

/** What is said and done, in order; arguments are values, however they are written. */
function linesOf(parsed: Parsed): string[] {
  return parsed.trajectories.flatMap(({ index, messages }) => {
    let step = 0;
    return messages.flatMap((message) => {
      if (message.role === 'assistant') ({ step } = message);
      const place = `${index}.${step}`;
      const pieces = message.pieces.map(
        ({ span, text }) => `${place} ${parsed.spans[span]!.kind} ${text}`,
      );
      const calls = message.role === 'assistant' ? message.calls : [];
      return [...pieces, ...calls.map((call) => `${place} ${callLine(call)}`)];
    });
  });
}

function callLine({ name, arguments: args, json }: Call): string {
  const written = json ?? args?.text ?? '{}';
  const value = jsonValue(written);
  return `${name?.text ?? ''}(${value === undefined ? written : canonicalJson(value)})`;
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
