import type { GameKey, Split } from '../environment.ts';
import { describeScenery, describeTask } from './describe.ts';
import { type Game, type Receptacle, type Task, type TaskKind } from './game.ts';
import { isHeldOut } from './heldOut.ts';
import { random, type Random } from './random.ts';
import { OBJECTS, ROOMS, SUITS, receptacleType, type ObjectGroup, type Room } from './words.ts';

export const TASK_KINDS: readonly TaskKind[] = ['put', 'clean', 'heat', 'cool', 'examine', 'two'];

const MOST_IN_ONE_PLACE = 3;

const GROUPS = Object.keys(OBJECTS) as ObjectGroup[];

/** The game that the key names. Training games hold no held-out pair; test games turn on one. */
export function makeGame(key: GameKey): Game {
  const id = `${key.split}/${key.seed}/${key.index}`;
  const rng = random(`household/${id}`);
  for (;;) {
    const plan = drawPlan(rng, key.split);
    if (plan === null) continue;
    const { room, task, receptacles, sources } = plan;
    const placeOf = placeObjects(rng, plan, key.split);
    const taskText = describeTask(task, rng.below(3));
    const scenery = describeScenery((words) => rng.pick(words));
    if (sources.length > 0)
      return { id, room: room.name, scenery, task, taskText, receptacles, placeOf };
  }
}

interface Plan {
  room: Room;
  task: Task;
  receptacles: Receptacle[];
  /** Where the wanted objects lie. */
  sources: Receptacle[];
}

/** One draw; null when it breaks the rule of its split. */
function drawPlan(rng: Random, split: Split): Plan | null {
  const kind = rng.pick(TASK_KINDS);
  const room = rng.pick(ROOMS.filter((one) => fitsRoom(kind, one)));
  const object = rng.pick(OBJECTS[rng.pick(GROUPS.filter((group) => fitsGroup(kind, group)))]);
  const receptacles = furnish(rng, room);
  const goal = kind === 'examine' ? room.light : rng.pick(receptacles.filter(isFurniture)).name;
  const candidates = receptacles.filter((one) => mayHoldWanted(one, kind) && one.name !== goal);
  const sources = drawSources(rng, candidates, kind === 'two' ? 2 : 1);
  if (sources === null || goalLiesBetween(receptacles, sources, goal)) return null;
  const met = [...sources.map((one) => one.name), ...(kind === 'examine' ? [] : [goal])];
  const unseen = met.some((receptacle) => isHeldOut(object, receptacle));
  return unseen === (split === 'test')
    ? { room, task: { kind, object, goal }, receptacles, sources }
    : null;
}

function fitsRoom(kind: TaskKind, room: Room): boolean {
  return needsTool(kind) ? room.tools.some((tool) => receptacleType(tool)!.tool === kind) : true;
}

function fitsGroup(kind: TaskKind, group: ObjectGroup): boolean {
  return needsTool(kind) ? SUITS[group].includes(kind) : true;
}

function needsTool(kind: TaskKind): kind is 'clean' | 'heat' | 'cool' {
  return kind === 'clean' || kind === 'heat' || kind === 'cool';
}

/** What is wanted never lies in what it must be brought to. */
function mayHoldWanted({ tool }: Receptacle, kind: TaskKind): boolean {
  return tool !== 'light' && tool !== kind;
}

function isFurniture(receptacle: Receptacle): boolean {
  return receptacle.tool === null;
}

/** Three or four pieces of furniture and the tools; the light is seen last. */
function furnish(rng: Random, room: Room): Receptacle[] {
  const types = rng.shuffle(room.furniture).slice(0, 3 + rng.below(2));
  const standing = [...types, ...room.tools].map(receptacle);
  return [...rng.shuffle(standing), receptacle(room.light)];
}

function receptacle(name: string): Receptacle {
  return { name, ...receptacleType(name)! };
}

/** Tells objects of one type apart. */
function numbering(): (type: string) => string {
  const counts = new Map<string, number>();
  return (type) => {
    const number = (counts.get(type) ?? 0) + 1;
    counts.set(type, number);
    return `${type} ${number}`;
  };
}

/** Places near the head of the list are likelier, which keeps searches short. */
function drawSources(rng: Random, candidates: Receptacle[], count: number): Receptacle[] | null {
  const chosen: Receptacle[] = [];
  for (const candidate of candidates) {
    if (chosen.length < count && rng.next() < 0.5) chosen.push(candidate);
  }
  return chosen.length === count ? chosen : null;
}

/** A goal passed between two finds would show the first object again. */
function goalLiesBetween(receptacles: Receptacle[], sources: Receptacle[], goal: string): boolean {
  const [first, last] = [receptacles.indexOf(sources[0]!), receptacles.indexOf(sources.at(-1)!)];
  return receptacles.slice(first, last).some((one) => one.name === goal);
}

/** The wanted objects in their places, perhaps one more of them elsewhere, and other objects around. */
function placeObjects(rng: Random, plan: Plan, split: Split): Map<string, string> {
  const { task, receptacles, sources } = plan;
  const load = new Map<string, number>();
  const named = numbering();
  const placeOf = new Map<string, string>();
  const place = (object: string, where: Receptacle): void => {
    load.set(where.name, (load.get(where.name) ?? 0) + 1);
    placeOf.set(named(object), where.name);
  };
  for (const source of rng.shuffle(sources)) place(task.object, source);
  const holders = receptacles.filter((one) => one.tool !== 'light');
  const kinds = GROUPS.flatMap((group): readonly string[] => OBJECTS[group]);
  const others = rng
    .shuffle(kinds.filter((kind) => kind !== task.object))
    .slice(0, 5 + rng.below(3));
  const spare = task.kind !== 'two' && rng.below(4) === 0 ? [task.object] : [];
  const repeated = [...others, others[0]!, ...spare];
  for (const object of repeated) {
    const where = rng.pick(holders);
    const full = (load.get(where.name) ?? 0) >= MOST_IN_ONE_PLACE;
    const isWanted = object === task.object;
    const spoils = isWanted && (where.name === task.goal || !mayHoldWanted(where, task.kind));
    if (!full && !spoils && !(split === 'train' && isHeldOut(object, where.name)))
      place(object, where);
  }
  return placeOf;
}
