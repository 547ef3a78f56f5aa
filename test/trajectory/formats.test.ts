import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS, parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { checkInvariants } from './invariants.ts';
import { outline } from './outline.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/trajectory');

const formats = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);

describe.each(formats.map((entry) => entry.name))('%s', (format) => {
  const folder = join(FIXTURES, format);
  const names = readdirSync(folder).filter((name) => !name.endsWith('.outline'));

  test.each(names)('%s reads as its outline says', async (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const parsed = parse(text, { fileName: name });
    checkInvariants(text, parsed);
    expect(parsed.format).toBe(format);
    await expect(outline(text, parsed)).toMatchFileSnapshot(join(folder, `${name}.outline`));
  });
});

test('FORMATS.md names each', () => {
  const file = join(import.meta.dirname, '../../server/trajectory/FORMATS.md');
  const named = readFileSync(file, 'utf8');
  for (const { id } of FORMATS) expect(named).toContain(`\`${id}\``);
});
