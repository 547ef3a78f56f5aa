import { parse } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import type { Split } from '../../../../trainer/src/eval/environment.ts';
import { expertEpisode } from '../../../../trainer/src/eval/household/expertEpisode.ts';
import { isHeldOut } from '../../../../trainer/src/eval/household/heldOut.ts';
import { makeGame, TASK_KINDS } from '../../../../trainer/src/eval/household/makeGame.ts';
import { typeOf } from '../../../../trainer/src/eval/household/game.ts';
import { reactText } from '../../../../trainer/src/eval/reactText.ts';

const GAMES = 1500;
const indices = Array.from({ length: GAMES }, (_, index) => index);
const episode = (split: Split, index: number): string =>
  reactText(expertEpisode({ split, seed: 1, index }));

test('an episode', () => {
  expect(episode('train', 4)).toMatchInlineSnapshot(`
    "Task: cool the broth and move it to the table.
    Observation: You are in the lounge. You see table 9, fridge 1, bureau 8, heater 2, bureau 5, mantel 9, couch 1, torch 5. Beside is table 9.
    Thought: The plan to cool for table wants broth perhaps at table 9.
    Action: go to table 9
    Observation: On table 9 you see nothing. Beside is fridge 1.
    Thought: The plan to cool for table wants broth none at table 9, try fridge 1.
    Action: go to fridge 1
    Observation: The fridge 1 is closed.
    Thought: The plan to cool for table wants broth maybe inside fridge 1.
    Action: open fridge 1
    Observation: In fridge 1 you see stamp 3. Beside is bureau 8.
    Thought: The plan to cool for table wants broth none at fridge 1, try bureau 8.
    Action: go to bureau 8
    Observation: The bureau 8 is closed.
    Thought: The plan to cool for table wants broth maybe inside bureau 8.
    Action: open bureau 8
    Observation: In bureau 8 you see broth 2. Beside is heater 2.
    Thought: The plan to cool for table wants broth 2 found at bureau 8.
    Action: take broth 2 from bureau 8
    Observation: You take broth 2 from bureau 8.
    Thought: The plan to cool for table has broth 2 to carry to fridge 1.
    Action: go to fridge 1
    Observation: In fridge 1 you see stamp 3. Beside is bureau 8.
    Thought: The plan to cool for table has broth 2 just before fridge 1.
    Action: cool broth 2 with fridge 1
    Observation: You cool broth 2 with fridge 1.
    Thought: The plan to cool for table has broth 2 now cold, try table 9.
    Action: go to table 9
    Observation: On table 9 you see nothing. Beside is fridge 1.
    Thought: The plan to cool for table has broth 2 now cold, found is table 9.
    Action: put broth 2 on table 9
    Observation: You put broth 2 on table 9. The task is done.
    "
  `);
});

test.each(['train', 'test'] as const)(
  'the expert solves every %s game, and nothing it does is refused',
  (split) => {
    for (const index of indices) {
      const { turns } = expertEpisode({ split, seed: 2, index });
      expect(turns.length).toBeLessThanOrEqual(30);
      expect(turns.at(-1)!.observation).toContain('The task is done.');
      expect(turns.map((turn) => turn.observation)).not.toContain('Nothing happens.');
    }
  },
);

test('games follow from their key and differ', () => {
  const texts = indices.map((index) => episode('train', index));
  expect(texts.slice(0, 20)).toEqual(indices.slice(0, 20).map((index) => episode('train', index)));
  const worlds = indices.map((index) => {
    const { task, room, receptacles, placeOf } = makeGame({ split: 'train', seed: 1, index });
    return JSON.stringify([task, room, receptacles, [...placeOf]]);
  });
  expect(new Set(worlds).size).toBe(GAMES);
});

test('every kind of task is about as frequent', () => {
  const kinds = indices.map((index) => makeGame({ split: 'test', seed: 1, index }).task.kind);
  for (const kind of TASK_KINDS) {
    const share = kinds.filter((one) => one === kind).length / GAMES;
    expect(share, kind).toBeGreaterThan(0.08);
    expect(share, kind).toBeLessThan(0.25);
  }
});

describe('held-out pairs', () => {
  /** Types of objects and of what holds them, at the start and as the task wants it. */
  function pairs(split: Split, index: number): [string, string][] {
    const { placeOf, task } = makeGame({ split, seed: 1, index });
    const start = [...placeOf].map(([object, place]): [string, string] => [
      typeOf(object),
      typeOf(place),
    ]);
    return task.kind === 'examine' ? start : [...start, [task.object, task.goal]];
  }

  test('no training game has one', () => {
    const met = indices
      .flatMap((index) => pairs('train', index))
      .filter((pair) => isHeldOut(...pair));
    expect(met).toEqual([]);
  });

  test('every test game is about one that no training game has', () => {
    const trained = new Set(indices.flatMap((index) => pairs('train', index)).map(String));
    for (const index of indices) {
      const { task } = makeGame({ split: 'test', seed: 1, index });
      const about = pairs('test', index).filter(([object]) => object === task.object);
      expect(about.filter((pair) => isHeldOut(...pair) && !trained.has(String(pair)))).not.toEqual(
        [],
      );
    }
  });
});

test('the trajectory parser finds the turns that were written', () => {
  for (const index of indices.slice(0, 50)) {
    const written = expertEpisode({ split: 'train', seed: 5, index });
    const text = reactText(written);
    const parsed = parse(text);
    const contents = (kind: string): string[] =>
      parsed.spans
        .filter((span) => span.kind === kind)
        .map((span) => text.slice(span.start, span.end));
    expect(parsed.problems).toEqual([]);
    expect(contents('reasoning')).toEqual(written.turns.map((turn) => turn.thought));
    expect(contents('action')).toEqual(written.turns.map((turn) => turn.action));
    expect(contents('observation')).toEqual([
      written.observation,
      ...written.turns.map((turn) => turn.observation),
    ]);
    expect(contents('task')).toEqual([written.task]);
  }
});
