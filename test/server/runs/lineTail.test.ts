import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineTail } from '../../../server/src/runs/lineTail.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('gives every line once, however the file grows', async () => {
  const folder = temporaryFolder();
  let name = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.string({ unit: fc.constantFrom('a', '\u00e9', '\u{1f600}', '\n'), maxLength: 9 }),
      ),
      fc.array(fc.nat(60)),
      async (parts, cuts) => {
        const file = path.join(folder, String(name++));
        const tail = createLineTail(file);
        expect(await tail.read()).toEqual([]);
        const bytes = Buffer.from(parts.join(''));
        writeFileSync(file, '');
        const found: string[] = [];
        let written = 0;
        for (const cut of [...cuts, bytes.length]) {
          appendFileSync(file, bytes.subarray(written, cut));
          written = Math.max(written, Math.min(cut, bytes.length));
          for (const line of await tail.read()) found.push(line);
        }
        expect(found).toEqual(parts.join('').split('\n').slice(0, -1));
      },
    ),
    { seed: 3, numRuns: 100 },
  );
});
