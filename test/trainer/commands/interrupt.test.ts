import { expect, test } from 'vitest';
import { openInterrupt } from '../../../trainer/src/commands/interrupt.ts';

function pressed(atMs: readonly number[]): { exits: number[]; said: string[]; aborted: boolean } {
  const exits: number[] = [];
  const said: string[] = [];
  let press = (): void => undefined;
  let nowMs = 0;
  const { signal } = openInterrupt({
    onSignal: (listener) => (press = listener),
    say: (text) => said.push(text),
    exit: (code) => exits.push(code),
    now: () => nowMs,
  });
  for (const at of atMs) {
    nowMs = at;
    press();
  }
  return { exits, said, aborted: signal.aborted };
}

test.each([
  { name: 'one press', atMs: [1000], exits: [] },
  { name: 'one press that npm delivers twice', atMs: [1000, 1000], exits: [] },
  { name: 'twice within 300 ms', atMs: [1000, 1290], exits: [] },
  { name: 'two presses', atMs: [1000, 1400], exits: [130] },
  { name: 'delivered twice, then pressed again', atMs: [1000, 1001, 2000], exits: [130] },
])('$name', ({ atMs, exits }) => {
  expect(pressed(atMs)).toMatchObject({ exits, aborted: true, said: [expect.any(String)] });
});

test('who asks late is told at once', () => {
  let press = (): void => undefined;
  const interrupt = openInterrupt({
    onSignal: (listener) => (press = listener),
    say: () => undefined,
    exit: () => undefined,
    now: () => 0,
  });
  const told: string[] = [];
  interrupt.onStop(() => told.push('early'));
  press();
  interrupt.onStop(() => told.push('late'));
  expect(told).toEqual(['early', 'late']);
});
