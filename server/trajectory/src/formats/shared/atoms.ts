import { decodedSource, type Slice } from '../../text/source.ts';
import type { MessagePart } from './messageParts.ts';
import type { TraceMessage } from './traceMessages.ts';

const ATOMS = new WeakMap<TraceMessage, string[]>();

/**
 * What a message says and does, one string each, by which spans that repeat a conversation are known:
 * without the system's part and thinking, which not all repeat, and without spaces, quotes and escapes.
 */
export function atomsOf(message: TraceMessage): string[] {
  const known = ATOMS.get(message);
  if (known) return known;
  const atoms =
    message.role === 'system' ? [] : message.parts.flatMap((part) => atom(message, part));
  ATOMS.set(message, atoms);
  return atoms;
}

function atom({ role }: TraceMessage, part: MessagePart): string[] {
  if (part.type === 'reasoning' || part.type === 'picture') return [];
  if (part.type === 'call') return [`call ${bare(part.name)} ${unordered(part.arguments)}`];
  if (part.type === 'result') return [`result ${part.slices.map(bare).join(' ')}`];
  const text = bare(part.slice);
  return text === '' ? [] : [`${role} ${text}`];
}

/** Arguments whose members come in another order are the same. */
function unordered(slice: Slice | null): string {
  return bare(slice)
    .split(/[,:{}[\]]+/)
    .sort()
    .join(' ');
}

export function bare(slice: Slice | null): string {
  return slice ? decodedSource(slice).text.replace(/[\s"'\\]+/g, '') : '';
}

export function startsWith(atoms: readonly string[], beginning: readonly string[]): boolean {
  return beginning.length <= atoms.length && beginning.every((atom, i) => atom === atoms[i]);
}

/** The messages after those that make up the first atoms. */
export function beyond(messages: readonly TraceMessage[], atoms: number): TraceMessage[] {
  let count = 0;
  return messages.filter((message) => {
    const own = atomsOf(message).length;
    count += own;
    return own > 0 && count > atoms;
  });
}

/**
 * A repeated conversation often leaves thinking out: each message gets what it first came with. Messages that
 * say the same are told apart by their order.
 */
export function withThoughts(
  messages: readonly TraceMessage[],
  before: readonly TraceMessage[],
): TraceMessage[] {
  const thoughts = new Map<string, MessagePart[][]>();
  for (const message of before) {
    const key = atomsOf(message)[0];
    if (key === undefined) continue;
    const alike = thoughts.get(key) ?? [];
    thoughts.set(key, alike);
    alike.push(message.parts.filter(({ type }) => type === 'reasoning'));
  }
  return messages.map((message) => {
    const known = thoughts.get(atomsOf(message)[0] ?? '')?.shift() ?? [];
    const hasOwn = message.parts.some(({ type }) => type === 'reasoning');
    return hasOwn || known.length === 0
      ? message
      : { ...message, parts: [...known, ...message.parts] };
  });
}
