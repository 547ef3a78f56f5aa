import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeGame } from '../../../../trainer/src/eval/household/makeGame.ts';
import type { Game, Receptacle, Task } from '../../../../trainer/src/eval/household/game.ts';
import {
  initialState,
  stepWorld,
  type HouseholdState,
} from '../../../../trainer/src/eval/household/world.ts';
import { receptacleType } from '../../../../trainer/src/eval/household/words.ts';

const NOTHING = 'Nothing happens.';

/** A kitchen with a mug and an egg on the table, a closed fridge, a closed cabinet with a mug. */
function kitchen(task: Task): Game {
  const names = ['table 1', 'cabinet 1', 'shelf 1', 'sink 1', 'microwave 1', 'fridge 1', 'lamp 1'];
  return {
    id: 'test',
    room: 'kitchen',
    task,
    taskText: '',
    receptacles: names.map((name): Receptacle => {
      const type = name.split(' ')[0]!;
      return { name, type, ...receptacleType(type)! };
    }),
    placeOf: new Map([
      ['mug 1', 'table 1'],
      ['egg 1', 'table 1'],
      ['mug 2', 'cabinet 1'],
    ]),
  };
}

function play(
  task: Task,
  ...actions: string[]
): { answers: string[]; done: boolean; success: boolean } {
  let state = initialState(kitchen(task));
  let last = { done: false, success: false };
  const answers = actions.map((action) => {
    const step = stepWorld(state, action);
    state = step.state;
    last = step;
    return step.observation;
  });
  return { answers, done: last.done, success: last.success };
}

const PUT: Task = { kind: 'put', object: 'mug', goal: 'shelf' };

describe('answers', () => {
  test.each([
    [['go to table 1'], 'On table 1 you see mug 1, egg 1. Beside is cabinet 1.'],
    [['go to cabinet 1'], 'The cabinet 1 is closed.'],
    [['go to cabinet 1', 'open cabinet 1'], 'In cabinet 1 you see mug 2. Beside is shelf 1.'],
    [['go to cabinet 1', 'open cabinet 1', 'close cabinet 1'], 'You close cabinet 1.'],
    [['go to cabinet 1', 'open cabinet 1', 'close cabinet 1', 'look'], 'The cabinet 1 is closed.'],
    [['go to sink 1'], 'In sink 1 you see nothing. Beside is microwave 1.'],
    [['go to lamp 1'], 'You are at lamp 1.'],
    [['go to lamp 1', 'use lamp 1'], 'You turn on lamp 1.'],
    [['go to table 1', 'take egg 1 from table 1'], 'You take egg 1 from table 1.'],
    [
      ['go to table 1', 'take egg 1 from table 1', 'look'],
      'On table 1 you see mug 1. Beside is cabinet 1.',
    ],
    [['go to table 1', 'take egg 1 from table 1', 'inventory'], 'You hold egg 1.'],
    [['inventory'], 'You hold nothing.'],
    [['  Go to  TABLE 1. '], 'On table 1 you see mug 1, egg 1. Beside is cabinet 1.'],
    [
      ['look'],
      'You are in the kitchen. You see table 1, cabinet 1, shelf 1, sink 1, microwave 1, fridge 1, lamp 1. Beside is table 1.',
    ],
  ])('%j', (actions, answer) => {
    expect(play(PUT, ...actions).answers.at(-1)).toBe(answer);
  });
});

describe('what cannot be done is answered and changes nothing', () => {
  test.each([
    [[''], 'no words'],
    [['dance'], 'no command'],
    [['go to table 2'], 'not in this room'],
    [['go to table 1', 'go to table 1'], 'already there'],
    [['take mug 1 from table 1'], 'too far away'],
    [['go to cabinet 1', 'take mug 2 from cabinet 1'], 'closed'],
    [['go to table 1', 'take mug 2 from table 1'], 'lies elsewhere'],
    [['go to table 1', 'take mug 1 from table 1', 'take egg 1 from table 1'], 'hands full'],
    [['go to table 1', 'open table 1'], 'cannot be opened'],
    [['go to cabinet 1', 'open cabinet 1', 'open cabinet 1'], 'already open'],
    [['go to cabinet 1', 'close cabinet 1'], 'already closed'],
    [
      ['go to table 1', 'take mug 1 from table 1', 'go to cabinet 1', 'put mug 1 in cabinet 1'],
      'closed',
    ],
    [['go to table 1', 'put mug 1 on table 1'], 'not held'],
    [
      ['go to table 1', 'take mug 1 from table 1', 'go to lamp 1', 'put mug 1 on lamp 1'],
      'a light holds nothing',
    ],
    [['go to table 1', 'take mug 1 from table 1', 'clean mug 1 with table 1'], 'not its tool'],
    [['go to sink 1', 'clean mug 1 with sink 1'], 'not held'],
    [['go to table 1', 'use table 1'], 'no light'],
  ])('%j: %s', (actions) => {
    let before: HouseholdState | null = null;
    let state = initialState(kitchen(PUT));
    let answer = '';
    for (const action of actions) {
      before = state;
      const step = stepWorld(state, action);
      ({ state, observation: answer } = step);
    }
    expect(answer).toBe(NOTHING);
    expect(state).toBe(before);
  });
});

const FETCH = ['go to table 1', 'take mug 1 from table 1'];
const BRING = ['go to shelf 1', 'put mug 1 on shelf 1'];

describe('success', () => {
  test.each<[Task, string[], boolean]>([
    [PUT, [...FETCH, ...BRING], true],
    [PUT, FETCH, false],
    [{ kind: 'clean', object: 'mug', goal: 'shelf' }, [...FETCH, ...BRING], false],
    [
      { kind: 'clean', object: 'mug', goal: 'shelf' },
      [...FETCH, 'go to sink 1', 'clean mug 1 with sink 1', ...BRING],
      true,
    ],
    [
      { kind: 'heat', object: 'mug', goal: 'shelf' },
      [...FETCH, 'go to microwave 1', 'heat mug 1 with microwave 1', ...BRING],
      true,
    ],
    [
      { kind: 'heat', object: 'mug', goal: 'shelf' },
      [
        ...FETCH,
        ...['go to microwave 1', 'heat mug 1 with microwave 1'],
        ...['go to fridge 1', 'cool mug 1 with fridge 1'],
        ...BRING,
      ],
      false,
    ],
    [
      { kind: 'cool', object: 'mug', goal: 'shelf' },
      [...FETCH, 'go to fridge 1', 'cool mug 1 with fridge 1', ...BRING],
      true,
    ],
    [
      { kind: 'examine', object: 'mug', goal: 'lamp' },
      [...FETCH, 'go to lamp 1', 'use lamp 1'],
      true,
    ],
    [
      { kind: 'examine', object: 'egg', goal: 'lamp' },
      [...FETCH, 'go to lamp 1', 'use lamp 1'],
      false,
    ],
    [{ kind: 'two', object: 'mug', goal: 'shelf' }, [...FETCH, ...BRING], false],
    [
      { kind: 'two', object: 'mug', goal: 'shelf' },
      [
        ...FETCH,
        ...BRING,
        ...['go to cabinet 1', 'open cabinet 1', 'take mug 2 from cabinet 1'],
        ...['go to shelf 1', 'put mug 2 on shelf 1'],
      ],
      true,
    ],
  ])('%j %j: %s', (task, actions, success) => {
    const end = play(task, ...actions);
    expect(end.answers).not.toContain(NOTHING);
    expect(end).toMatchObject({ success, done: success });
    expect(end.answers.at(-1)!.endsWith('The task is done.')).toBe(success);
  });

  test('after the end nothing happens', () => {
    expect(play(PUT, ...FETCH, ...BRING, 'go to table 1')).toMatchObject({
      done: true,
      success: true,
    });
  });
});

test('any actions: every object is in one place, earlier states stay as they were', () => {
  const verb = fc.constantFrom(
    'go',
    'open',
    'close',
    'take',
    'put',
    'clean',
    'heat',
    'cool',
    'use',
  );
  const choice = fc.tuple(verb, fc.nat(6), fc.nat(2));
  fc.assert(
    fc.property(fc.nat(500), fc.array(choice, { maxLength: 40 }), (index, choices) => {
      const game = makeGame({ split: 'train', seed: 3, index });
      const objects = [...game.placeOf.keys()];
      let state = initialState(game);
      for (const [name, where, what] of choices) {
        const place = game.receptacles[where % game.receptacles.length]!.name;
        const object = state.held ?? objects[what % objects.length]!;
        const text = command(name, object, place);
        const frozen = JSON.stringify([...state.placeOf, state.held, [...state.open]]);
        const { state: after } = stepWorld(state, text);
        expect(JSON.stringify([...state.placeOf, state.held, [...state.open]])).toBe(frozen);
        state = after;
        const places = [...state.placeOf.keys(), ...(state.held === null ? [] : [state.held])];
        expect(places.sort()).toEqual([...objects].sort());
      }
    }),
    { seed: 7, numRuns: 200 },
  );
});

function command(verb: string, object: string, place: string): string {
  if (verb === 'go') return `go to ${place}`;
  if (verb === 'take') return `take ${object} from ${place}`;
  if (verb === 'put') return `put ${object} in ${place}`;
  if (['clean', 'heat', 'cool'].includes(verb)) return `${verb} ${object} with ${place}`;
  return `${verb} ${place}`;
}
