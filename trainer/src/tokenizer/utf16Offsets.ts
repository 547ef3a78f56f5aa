/**
 * The native tokenizer counts code points, spans count UTF-16 units. Gives, for every token, start
 * and end in UTF-16 units as a flat list [start0, end0, start1, end1, ...]. A lone surrogate is one
 * code point (the native side sees U+FFFD there).
 */
export function utf16Offsets(text: string, offsets: readonly (readonly number[])[]): Int32Array {
  const flat = new Int32Array(offsets.length * 2);
  offsets.forEach(([start = 0, end = 0], token) => {
    flat[2 * token] = start;
    flat[2 * token + 1] = end;
  });
  const units = unitOfCodePoint(text);
  return units === null ? flat : flat.map((codePoint) => units[codePoint] ?? text.length);
}

/** Null where both counts agree, as in text without characters beyond U+FFFF. */
function unitOfCodePoint(text: string): Int32Array | null {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return null;
  const units = new Int32Array(text.length + 1);
  let count = 0;
  for (let unit = 0; unit < text.length; unit++) {
    units[count++] = unit;
    if (text.codePointAt(unit)! > 0xffff) unit++;
  }
  units[count] = text.length;
  return units.subarray(0, count + 1);
}
