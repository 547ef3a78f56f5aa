import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { programEnvironment } from '../../../trainer/src/environments/program/programEnvironment.ts';
import { expertChooser, randomChooser } from '../../../trainer/src/eval/choosers.ts';
import type { Environment, GameKey } from '../../../trainer/src/eval/environment.ts';
import { playByChoice } from '../../../trainer/src/eval/playByChoice.ts';
import { play } from '../../../trainer/src/eval/play.ts';
import { summarizePlay } from '../../../trainer/src/eval/summarizePlay.ts';
import { scriptedPolicy } from '../eval/scriptedPolicy.ts';

const GAMES = fileURLToPath(new URL('./faultyGames.mjs', import.meta.url));
let folder: string;
let open: Environment[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'faulty-games-'));
  open = [];
});
afterEach(async () => {
  for (const environment of open) await environment.close();
  rmSync(folder, { recursive: true, force: true });
});

function faulty(more: Partial<Parameters<typeof programEnvironment>[0]> = {}): Environment {
  const environment = programEnvironment({
    ...{ name: 'faulty', cwd: folder, processes: 1, timeoutMs: 1000 },
    command: [process.execPath, GAMES, folder],
    ...more,
  });
  open.push(environment);
  return environment;
}

function keys(...indices: number[]): GameKey[] {
  return indices.map((index) => ({ split: 'test', seed: 1, index }));
}

function asExpert(environment: Environment, ...indices: number[]) {
  const chooser = expertChooser('faulty');
  const rules = { maxTurns: 5, concurrency: 8 };
  return playByChoice({ environment, keys: keys(...indices), chooser, ...rules });
}

test('games of a program, side by side', async () => {
  const environment = faulty({ processes: 2 });
  expect(await environment.facts()).toEqual({ version: 'faulty 1', splits: ['test'] });
  const { episodes } = await asExpert(environment, 0, 6, 7, 8, 9, 10);
  expect(episodes.map(({ ending }) => ending)).toEqual(Array(6).fill('success'));
  expect(episodes[1]).toMatchObject({
    ...{ key: { index: 6 }, task: 'count to 2 in test/1/6.', observation: 'one ; two' },
    turns: [
      { action: 'one', observation: 'you said one' },
      { action: 'two', observation: 'you said two' },
    ],
  });
});

describe('a fault is the environment’s, and the other games are won', () => {
  const cases: [string, number, string, RegExp | null][] = [
    ['a program that dies is started anew', 1, 'success', null],
    ['one that does not answer in time too', 2, 'success', null],
    ['one whose libraries print among the answers too', 4, 'success', null],
    ['a game that always fails is an error', 3, 'error', /this game is broken/],
  ];
  test.each(cases)('%s', async (_, index, ending, error) => {
    const played = await asExpert(faulty(), 0, index, 6, 7, 8, 9);
    const others = played.episodes.filter(({ key }) => key.index !== index);
    expect(others.map((one) => one.ending)).toEqual(Array(5).fill('success'));
    const one = played.episodes[1]!;
    expect(one.ending).toBe(ending);
    if (error !== null) expect(one.error).toMatch(error);
    expect(summarizePlay(played)).toMatchObject({ success: 1, games: ending === 'error' ? 5 : 6 });
  });
});

test('a program that cannot be started is told with what it said', async () => {
  const missing = faulty({ command: ['no-such-program-here'] });
  await expect(missing.facts()).rejects.toMatchObject({
    code: 'environment-program',
    message: expect.stringMatching(/^environment faulty: it cannot be started: .*ENOENT/) as string,
  });
  const dying = faulty({
    command: [process.execPath, '-e', 'console.error("no data here"); process.exit(3)'],
  });
  await expect(dying.facts()).rejects.toThrow('it ended with exit code 3; it said: no data here');
});

test('a program that never says hello is given up in time', async () => {
  const silent = faulty({
    ...{ command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], startTimeoutMs: 200 },
  });
  await expect(silent.facts()).rejects.toThrow('no answer within 0.2 s');
});

test('chance takes actions that the program names, the same every time', async () => {
  const chosen = async () => {
    const chooser = randomChooser('faulty');
    const rules = { maxTurns: 5, concurrency: 4, mayRepeat: true };
    const played = await playByChoice({
      environment: faulty(),
      keys: keys(0, 6, 7),
      chooser,
      ...rules,
    });
    return played.episodes.map(({ turns }) => turns.map(({ action }) => action).join());
  };
  const first = await chosen();
  expect(await chosen()).toEqual(first);
  expect(first.join()).toMatch(/^(one|two)(,(one|two)){5}$/);
});

test('a slow game does not hold up those that have been answered', async () => {
  const rounds: number[] = [];
  const policy = scriptedPolicy(() => 'Action: one\n');
  const played = await play({
    ...{ environment: faulty(), keys: keys(5, 6, 7, 8), policy, now: () => 0, rows: 2 },
    onTurn: ({ ended }) => rounds.push(ended),
  });
  expect(played.episodes.map(({ ending }) => ending)).toEqual(Array(4).fill('success'));
  // The three quick games take turns in the other row while the slow one waits 2 x 300 ms.
  expect(rounds.length).toBeGreaterThan(6);
});
