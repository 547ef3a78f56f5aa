import { expect, test } from 'vitest';
import { DIALECTS } from './dialects.ts';
import { knownFaults } from './faults.ts';
import { incrementalFaults } from './incremental.ts';

test.each(DIALECTS)('$name: an edited file reads as a whole one', (dialect) => {
  const known = [...knownFaults(dialect)]
    .filter((one) => one.endsWith(' / incremental'))
    .map((one) => one.slice(0, -' / incremental'.length));
  expect(incrementalFaults(dialect).sort()).toEqual(known.sort());
});
