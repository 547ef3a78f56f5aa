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
  const names = ['table', 'cabinet', 'shelf', 'sink', 'heater', 'fridge', 'lamp'];
  return {
    id: 'test',
    room: 'kitchen',
    scenery: 'It is dark.',
    task,
    taskText: '',
    receptacles: names.map((name): Receptacle => ({ name, ...receptacleType(name)! })),
    placeOf: new Map([
      ['mug 1', 'table'],
      ['egg 1', 'table'],
      ['mug 2', 'cabinet'],
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
    [['go to table'], 'On the table you see the mug and an egg. Beside it is the cabinet.'],
    [['go to cabinet'], 'The cabinet is closed.'],
    [['go to cabinet', 'open cabinet'], 'In the cabinet you see the mug. Beside it is the shelf.'],
    [['go to cabinet', 'open cabinet', 'close cabinet'], 'You close the cabinet.'],
    [['go to cabinet', 'open cabinet', 'close cabinet', 'look'], 'The cabinet is closed.'],
    [['go to sink'], 'In the sink you see nothing. Beside it is the heater.'],
    [['go to lamp'], 'You are at the lamp.'],
    [['go to lamp', 'use lamp'], 'You turn on the lamp.'],
    [['go to table', 'take egg from table'], 'You take the egg from the table.'],
    [
      ['go to table', 'take egg from table', 'look'],
      'On the table you see the mug. Beside it is the cabinet.',
    ],
    [['go to table', 'take egg from table', 'inventory'], 'You hold the egg.'],
    [['inventory'], 'You hold nothing.'],
    [['  Go to  TABLE. '], 'On the table you see the mug and an egg. Beside it is the cabinet.'],
    [
      ['look'],
      'You are in the kitchen. It is dark. You see the table, the cabinet, the shelf, the sink, the heater, the fridge and the lamp. Beside you is the table.',
    ],
  ])('%j', (actions, answer) => {
    expect(play(PUT, ...actions).answers.at(-1)).toBe(answer);
  });
});

describe('what cannot be done is answered and changes nothing', () => {
  test.each([
    [[''], 'no words'],
    [['dance'], 'no command'],
    [['go to bed'], 'not in this room'],
    [['go to table', 'go to table'], 'already there'],
    [['take mug from table'], 'too far away'],
    [['go to cabinet', 'take mug from cabinet'], 'closed'],
    [['go to table', 'take rice from table'], 'lies elsewhere'],
    [['go to table', 'take mug from table', 'take egg from table'], 'hands full'],
    [['go to table', 'open table'], 'cannot be opened'],
    [['go to cabinet', 'open cabinet', 'open cabinet'], 'already open'],
    [['go to cabinet', 'close cabinet'], 'already closed'],
    [['go to table', 'take mug from table', 'go to cabinet', 'put mug in cabinet'], 'closed'],
    [['go to table', 'put mug on table'], 'not held'],
    [
      ['go to table', 'take mug from table', 'go to lamp', 'put mug on lamp'],
      'a light holds nothing',
    ],
    [['go to table', 'take mug from table', 'clean mug with table'], 'not its tool'],
    [['go to sink', 'clean mug with sink'], 'not held'],
    [['go to table', 'use table'], 'no light'],
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

const FETCH = ['go to table', 'take mug from table'];
const BRING = ['go to shelf', 'put mug on shelf'];

describe('success', () => {
  test.each<[Task, string[], boolean]>([
    [PUT, [...FETCH, ...BRING], true],
    [PUT, FETCH, false],
    [{ kind: 'clean', object: 'mug', goal: 'shelf' }, [...FETCH, ...BRING], false],
    [
      { kind: 'clean', object: 'mug', goal: 'shelf' },
      [...FETCH, 'go to sink', 'clean mug with sink', ...BRING],
      true,
    ],
    [
      { kind: 'heat', object: 'mug', goal: 'shelf' },
      [...FETCH, 'go to heater', 'heat mug with heater', ...BRING],
      true,
    ],
    [
      { kind: 'heat', object: 'mug', goal: 'shelf' },
      [
        ...FETCH,
        ...['go to heater', 'heat mug with heater'],
        ...['go to fridge', 'cool mug with fridge'],
        ...BRING,
      ],
      false,
    ],
    [
      { kind: 'cool', object: 'mug', goal: 'shelf' },
      [...FETCH, 'go to fridge', 'cool mug with fridge', ...BRING],
      true,
    ],
    [{ kind: 'examine', object: 'mug', goal: 'lamp' }, [...FETCH, 'go to lamp', 'use lamp'], true],
    [{ kind: 'examine', object: 'egg', goal: 'lamp' }, [...FETCH, 'go to lamp', 'use lamp'], false],
    [{ kind: 'two', object: 'mug', goal: 'shelf' }, [...FETCH, ...BRING], false],
    [
      { kind: 'two', object: 'mug', goal: 'shelf' },
      [
        ...FETCH,
        ...BRING,
        ...['go to cabinet', 'open cabinet', 'take mug from cabinet'],
        ...['go to shelf', 'put mug on shelf'],
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
    expect(play(PUT, ...FETCH, ...BRING, 'go to table')).toMatchObject({
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
