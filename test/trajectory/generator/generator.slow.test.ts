import { describe, expect, test } from 'vitest';
import { containersOf } from './combine.ts';
import { DIALECTS } from './dialects.ts';
import { faultsOf, knownFaults } from './faults.ts';

const MORE_SEEDS = Array.from({ length: 24 }, (_, i) => 100 + i);

describe('every dialect in every container, with more seeds', () => {
  test.each(DIALECTS)('$name', (dialect) => {
    const known = knownFaults(dialect);
    const unexpected = containersOf(dialect).flatMap((container) =>
      faultsOf(dialect, container, MORE_SEEDS).flatMap(({ aspect, seed, lines }) =>
        known.has(`${container} / ${aspect}`)
          ? []
          : [`${container} / ${aspect}, seed ${String(seed)}:`, ...lines],
      ),
    );
    expect(unexpected).toEqual([]);
  });
});
