import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '@deepcoder/vocabulary';

/** Straight from the definition: one bit at a time, most significant bit first, reflected in and out. */
function crc32cByBits(bytes: Uint8Array): number {
  const reflect = (value: number, width: number) => {
    let out = 0n;
    for (let i = 0; i < width; i++)
      if ((BigInt(value) >> BigInt(i)) & 1n) out |= 1n << BigInt(width - 1 - i);
    return out;
  };
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= reflect(byte, 8) << 24n;
    for (let bit = 0; bit < 8; bit++) {
      crc =
        crc & 0x80000000n ? ((crc << 1n) ^ 0x1edc6f41n) & 0xffffffffn : (crc << 1n) & 0xffffffffn;
    }
  }
  return Number(reflect(Number(crc), 32) ^ 0xffffffffn);
}

describe('crc32c', () => {
  it.each([
    ['32 zero bytes', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['"123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
  ])('of %s is known', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('agrees with the definition at every length and offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(7), (bytes, skip) => {
        const part = bytes.subarray(Math.min(skip, bytes.length));
        expect(crc32c(part)).toBe(crc32cByBits(part));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
