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
    "Task: put the hot spoon on the ottoman.
    Observation: You are in the lounge. It is a cloudy Sunday. The room is cluttered, with scarlet plaster. You see the sofa, the heater, the ottoman, the table, the fridge and the torch. Beside you is the sofa.
    Thought: A spoon must be heated and put on the ottoman. Maybe at the sofa.
    Action: go to sofa
    Observation: On the sofa you see the spoon. Beside it is the heater.
    Thought: A spoon must be heated and put on the ottoman. The sofa has it.
    Action: take spoon from sofa
    Observation: You take the spoon from the sofa.
    Thought: The spoon must be heated and put on the ottoman. The heater is for that.
    Action: go to heater
    Observation: The heater is closed.
    Thought: The spoon must be heated and put on the ottoman. The heater is here.
    Action: heat spoon with heater
    Observation: You heat the spoon with the heater.
    Thought: The hot spoon must be put on the ottoman. The ottoman comes next.
    Action: go to ottoman
    Observation: On the ottoman you see a wrench, a plate and a mug. Beside it is the table.
    Thought: The hot spoon must be put on the ottoman. The ottoman is here.
    Action: put spoon on ottoman
    Observation: You put the spoon on the ottoman. The task is done.
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
    const start = [...placeOf].map(([object, place]): [string, string] => [typeOf(object), place]);
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
