import { CONVERT_TARGETS, type ConvertTarget } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';
import { containersOf, generate } from '../generator/combine.ts';
import { DIALECTS } from '../generator/dialects.ts';
import { roundTripFaults } from './roundTrip.ts';

const SEEDS = [0, 1];

test.each<ConvertTarget>([...CONVERT_TARGETS])(
  'what %s can hold of every dialect is read from it again',
  (target) => {
    const faults: string[] = [];
    let held = 0;
    for (const dialect of DIALECTS) {
      for (const seed of SEEDS) {
        const { text } = generate(dialect, containersOf(dialect)[0]!, seed);
        const found = roundTripFaults(text, target);
        if (found) held += 1;
        for (const fault of found ?? []) faults.push(`${dialect.name} #${seed}: ${fault}`);
      }
    }
    expect(faults).toEqual([]);
    expect(held).toBeGreaterThan(20);
  },
);
