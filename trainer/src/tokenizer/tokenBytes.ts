import type { Tokenizer } from './tokenizer.ts';

/**
 * The bytes that each token of a tokenizer stands for, as a text of one character a byte; null for an id
 * that is no token. Vocabularies write bytes in different ways: GPT-2's printable stand-ins, or text with a
 * mark for the blank and `<0xNN>` for bytes that are no text. Added tokens are what they say.
 */
export function tokenBytes(tokenizer: Tokenizer): (id: number) => string | null {
  const parsed = JSON.parse(tokenizer.files.tokenizer) as {
    decoder?: unknown;
    added_tokens?: { id: number }[];
  };
  const steps = JSON.stringify(parsed.decoder ?? null);
  const added = new Set((parsed.added_tokens ?? []).map(({ id }) => id));
  const standIns = steps.includes('"ByteLevel"') ? bytesByStandIn() : null;
  const hasFallback = steps.includes('"ByteFallback"');
  const isMarked = steps.includes(BLANK_MARK);
  return (id) => {
    const token = tokenizer.tokenOf(id);
    if (token === null || added.has(id)) return token === null ? null : latin1(token);
    if (standIns) return Array.from(token, (one) => standIns.get(one) ?? latin1(one)).join('');
    const byte = hasFallback ? /^<0x([0-9A-F]{2})>$/.exec(token) : null;
    if (byte) return String.fromCharCode(Number.parseInt(byte[1]!, 16));
    return latin1(isMarked ? token.replaceAll(BLANK_MARK, ' ') : token);
  };
}

const BLANK_MARK = '\u2581';

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * GPT-2's stand-ins of the bytes, in their order: a byte itself where it can be printed, else the next character from
 * 256 on.
 */
export function byteStandIns(): string[] {
  let next = 256;
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
}

function bytesByStandIn(): ReadonlyMap<string, string> {
  return new Map(byteStandIns().map((standIn, byte) => [standIn, String.fromCharCode(byte)]));
}
