import { reactText } from '../reactText.ts';
import { describeContents, describeScenery, describeTask, NOTHING_HAPPENS } from './describe.ts';
import { TASK_KINDS } from './makeGame.ts';
import { think, THOUGHT_KINDS, WORDINGS_PER_THOUGHT } from './thoughts.ts';
import {
  BASKETS,
  CLOSABLE,
  LIGHTS,
  OBJECTS,
  receptacleType,
  ROOMS,
  SURFACES,
  TOOLS,
} from './words.ts';

/**
 * Text that holds every word of the household at least once, so that a tokenizer made from it
 * knows them all, those that a given set of games happens not to use too.
 */
export function lexicon(): string {
  const receptacles = [...SURFACES, ...BASKETS, ...CLOSABLE, ...Object.keys(TOOLS), ...LIGHTS];
  const objects = Object.values(OBJECTS).flat();
  const names = [...ROOMS.map((room) => room.name), ...receptacles, ...objects];
  // One that takes `an`, and one that takes `a`.
  const [first, second] = objects as [string, string];
  const goal = CLOSABLE[0]!;
  const tasks = TASK_KINDS.flatMap((kind) =>
    [first, second].map((object) => ({ kind, object, goal })),
  );
  const wordings = Array.from({ length: WORDINGS_PER_THOUGHT }, (_, wording) => wording);
  const thoughts = tasks.flatMap((task) =>
    (['first', 'second'] as const).flatMap((ordinal) =>
      THOUGHT_KINDS.flatMap((kind) =>
        wordings.flatMap((wording) =>
          [false, true].map((isReady) => {
            const facts = { task, ordinal, object: first, isReady };
            return think(kind, { ...facts, here: goal, next: goal, later: goal }, wording);
          }),
        ),
      ),
    ),
  );
  const asked = tasks.flatMap((task) => wordings.map((wording) => describeTask(task, wording)));
  const seen = [SURFACES[0]!, goal, LIGHTS[0]!].flatMap((type) => {
    const receptacle = { name: type, ...receptacleType(type)! };
    return [null, [], objects.map((object) => `${object} 1`)].map((contents) =>
      describeContents(receptacle, { contents, wanted: first, neighbour: receptacle }),
    );
  });
  return reactText({
    task: asked.join(' '),
    observation: [
      describeScenery((words) => words.join(' ')),
      ...seen,
      ...ANSWERS,
      NOTHING_HAPPENS,
    ].join(' '),
    turns: [{ thought: thoughts.join(' '), action: ACTIONS, observation: ` ${names.join(' ')}` }],
  });
}

const ANSWERS = [
  'You are in the. You see. Beside you is the. You close. You hold the. You hold nothing. The task is done.',
  'You take the from. You put the in. You put the on. You clean with. You heat with. You cool with. You turn on. You look at under.',
];

const ACTIONS = 'go to open close take from put in on clean heat cool with use look inventory';
