import type { Random } from './random.ts';

const deep = (open: string, close: string, levels: number): string =>
  open.repeat(levels) + close.repeat(levels);

/** What a program that believes its input trips over. */
const VALUES: readonly (() => unknown)[] = [
  ...[null, true, '', [], {}, 0, -1, 1, 0.5, 1e9, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, -0].map(
    (value) => () => value,
  ),
  ...[
    'NaN',
    'Infinity',
    '__proto__',
    'constructor',
    'toString',
    '../../../etc/passwd',
    '/dev/zero',
  ].map((value) => () => value),
  ...[
    '\0',
    '\ud800',
    '{{ x }}',
    '${env:HOME}',
    '(a+)+$',
    'C:\\x',
    'file:///x',
    '*'.repeat(300),
  ].map((value) => () => value),
  () => 'x'.repeat(1_000_000),
  () => Array.from({ length: 20_000 }, (_, i) => i),
  () => Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key ${String(i)}`, i])),
  () => JSON.parse(deep('[', ']', 2000)) as unknown,
  () => JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": 1}}') as unknown,
];

/** A JSON text with one to three of its values exchanged for such. */
export function hostileJson(text: string, random: Random): string {
  let json = JSON.parse(text) as unknown;
  for (let changes = 1 + random.below(3); changes > 0; changes -= 1) json = changed(json, random);
  return random.below(20) === 0 ? deep('[', ']', 200_000) : JSON.stringify(json);
}

function changed(json: unknown, random: Random): unknown {
  if (typeof json !== 'object' || json === null || random.below(6) === 0)
    return random.pick(VALUES)();
  const keys = Object.keys(json);
  const key = random.below(8) === 0 || keys.length === 0 ? '__proto__' : random.pick(keys);
  const inner = changed((json as Record<string, unknown>)[key], random);
  if (Array.isArray(json))
    return json.map((value: unknown, i) => (String(i) === key ? inner : value));
  return Object.fromEntries([...Object.entries(json), [key, inner]]);
}

/** The value as JSON, which is YAML too. */
export function hostileValue(random: Random): string {
  return random.below(10) === 0 ? deep('[', ']', 20_000) : JSON.stringify(random.pick(VALUES)());
}

/** Bytes with a few of them changed, or cut; lengths are mostly in the beginning. */
export function hostileBytes(bytes: Uint8Array, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let changes = 1 + random.below(8); changes > 0; changes -= 1) {
    const at = random.below(random.below(2) === 0 ? Math.min(300, copy.length) : copy.length);
    copy[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
  }
  return random.below(4) === 0 ? copy.subarray(0, random.below(copy.length)) : copy;
}
