import { typeOf, type Game, type Receptacle, type Task } from './game.ts';
import { receptacleType, SCENERY } from './words.ts';

export const NOTHING_HAPPENS = 'Nothing happens.';

/** What the agent sees from the middle of the room. */
export function describeView(game: Game): string {
  const names = game.receptacles.map((one) => one.name);
  const around = listed(names.map((name) => `the ${name}`));
  return `You are in the ${game.room}. ${game.scenery} You see ${around}. Beside you is the ${names[0]!}.`;
}

/** What the room looks like on the day, in words that `pick` takes from each list. */
export function describeScenery(pick: (words: readonly string[]) => string): string {
  const { manner, weather, time, colour, material } = SCENERY;
  return (
    `It is a ${pick(weather)} ${pick(time)}. ` +
    `The room is ${pick(manner)}, with ${pick(colour)} ${pick(material)}.`
  );
}

interface Sight {
  /** Objects in or on the receptacle; null for a closed one. */
  contents: readonly string[] | null;
  /** The type that is asked for: it is told apart by its article. */
  wanted: string;
  /** What stands beside. */
  neighbour: Receptacle | null;
}

/** What is seen before a receptacle. */
export function describeContents(here: Receptacle, { contents, wanted, neighbour }: Sight): string {
  if (contents === null) return `The ${here.name} is closed.`;
  if (here.tool === 'light') return `You are at the ${here.name}.`;
  const seen = contents.map((object) => withArticle(typeOf(object), wanted));
  const preposition = here.preposition === 'in' ? 'In' : 'On';
  const beside = neighbour === null ? '' : ` Beside it is the ${neighbour.name}.`;
  return `${preposition} the ${here.name} you see ${listed(seen)}.${beside}`;
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? 'nothing';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** `a mug`, `an apple`. */
export function some(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function withArticle(type: string, wanted: string): string {
  return type === wanted ? `the ${type}` : some(type);
}

/** The task in one of three wordings. */
export function describeTask(task: Task, wording: number): string {
  const { object, goal } = task;
  const into = receptacleType(goal)?.preposition ?? 'on';
  const wordings: Readonly<Record<Task['kind'], readonly [string, string, string]>> = {
    put: [
      `put the ${object} ${into} the ${goal}.`,
      `move the ${object} to the ${goal}.`,
      `the ${object} belongs ${into} the ${goal}.`,
    ],
    clean: [
      `put the clean ${object} ${into} the ${goal}.`,
      `wash the ${object} and move it to the ${goal}.`,
      `the ${object} must be clean and ${into} the ${goal}.`,
    ],
    heat: [
      `put the hot ${object} ${into} the ${goal}.`,
      `heat the ${object} and move it to the ${goal}.`,
      `the ${object} must be hot and ${into} the ${goal}.`,
    ],
    cool: [
      `put the cold ${object} ${into} the ${goal}.`,
      `cool the ${object} and move it to the ${goal}.`,
      `the ${object} must be cold and ${into} the ${goal}.`,
    ],
    examine: [
      `look at the ${object} under the ${goal}.`,
      `examine the ${object} with the ${goal}.`,
      `the ${object} must be seen under the ${goal}.`,
    ],
    two: [
      `put ${some(object)} and then another ${into} the ${goal}.`,
      `find ${some(object)} and another and move both to the ${goal}.`,
      `${some(object)} and another belong ${into} the ${goal}.`,
    ],
  };
  return wordings[task.kind][wording]!;
}
