import { expect, test } from 'vitest';
import { openOnnx } from '../../support/executors.ts';
import { repeatedRowsError } from '../../support/repeatedRows.ts';

test('rows that share an index are all added, whichever threads add them', async () => {
  expect(await repeatedRowsError(await openOnnx(), 200)).toBeLessThan(1e-3);
});
