import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unescapeJson, unescapeText } from '../../../server/trajectory/src/text/escapes.ts';
import { fileSource } from '../../../server/trajectory/src/text/source.ts';
import { trim } from '../../../server/trajectory/src/text/trim.ts';

const anyText = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '\n', '\t', '\u0001', 'é', '\ud83d', '\ude00', ' '),
});

describe('unescapeJson', () => {
  test('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const raw = JSON.stringify(text).slice(1, -1);
        expect(unescapeJson(raw).text).toBe(text);
        expect(unescapeText(raw)).toBe(text);
      }),
      { seed: 1 },
    );
  });

  test('maps each decoded unit to the escape that writes it, and back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const raw = JSON.stringify(text).slice(1, -1);
        const { map } = unescapeJson(raw);
        for (let i = 0; i < text.length; i += 1) {
          const unit = raw.slice(map.toRaw(i), map.toRaw(i + 1));
          expect(unescapeText(unit)).toBe(text[i]);
          expect(map.toDecoded(map.toRaw(i))).toBe(i);
          expect(map.toDecoded(map.toRaw(i + 1) - 1)).toBe(i);
        }
        expect(map.toRaw(text.length)).toBe(raw.length);
      }),
      { seed: 2 },
    );
  });

  test('leaves what is no escape as it is', () => {
    expect(unescapeJson('a\\xb\\u12').text).toBe('a\\xb\\u12');
    expect(unescapeJson('\\').text).toBe('\\');
    expect(unescapeJson('\\u00zz\\n').text).toBe('\\u00zz\n');
  });
});

describe('trim', () => {
  test('agrees with trimming the decoded text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const raw = JSON.stringify(text).slice(1, -1);
        const found = trim({ source: fileSource(raw), start: 0, end: raw.length, escaped: true });
        const trimmed = found ? unescapeText(raw.slice(found.start, found.end)) : '';
        expect(trimmed).toBe(text.trim());
      }),
      { seed: 3 },
    );
  });
});
