import { beforeAll, expect } from 'vitest';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { openReference } from '../support/executors.ts';
import { repeatedRowsError } from '../support/repeatedRows.ts';
import { ARRAY } from '../trainer/engine/arrayCases.ts';
import { ELEMENTWISE } from '../trainer/engine/elementwiseCases.ts';
import { expectEqualToReference } from '../trainer/engine/loweringCase.ts';
import { webgpuTest } from './openWebgpu.ts';

let reference: Executor;
beforeAll(async () => {
  reference = await openReference();
});

/** What WGSL asks of sin and cos between -pi and pi; programs have their tables of angles from the host. */
const ANGLE_ERROR = 2 ** -11;

for (const one of [...ELEMENTWISE, ...ARRAY]) {
  webgpuTest(`${one.kernel} equals the reference`, (executor) =>
    expectEqualToReference(
      /^(Sin|Cos)$/.test(one.kernel) ? { ...one, tolerance: ANGLE_ERROR } : one,
      { executor, reference, rounds: 1 },
    ),
  );
}

webgpuTest('rows that share an index are all added', async (executor) => {
  expect(await repeatedRowsError(executor, 5)).toBeLessThan(1e-3);
});
