import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deepcoderIn } from '../support/deepcoderProgram.ts';
import { numbersOf, runFolders } from '../support/workshop.ts';
import type { Count } from './campaign.ts';
import { randomFrom, type Random } from './random.ts';
import { contentsOf, differences, leftovers } from './runContents.ts';
import { mountSmallDisk, smallDiskRefusal, type SmallDisk } from './smallDisk.ts';
import { openTrainings, type Trainings, type Undisturbed } from './trainingKinds.ts';

export const limitMs = 900_000;
export const shortTries = 6;
export const refusal = smallDiskRefusal;

const shared = openTrainings();

export const end = async (): Promise<void> => {
  (await shared).remove();
};

type Ended = Awaited<ReturnType<Trainings['deepcoder']['run']>>;

interface Full {
  trainings: Trainings;
  kind: string;
  whole: Undisturbed;
  /** Where the small disk is mounted. */
  disk: string;
  name: string;
}

interface Place {
  /** What would lie on the disk if it had room for all. */
  wants: (full: Full) => string;
  /** What is done while it is small, and again when it has room. */
  work: (full: Full) => Promise<Ended>;
  /** Whether work goes on where there is no room. */
  isOptional?: boolean;
  /** What is wrong with what came of it, once there was room. */
  fault?: (full: Full) => string | null;
}

const train = (full: Full, set: string[], env = {}): Promise<Ended> =>
  deepcoderIn(full.trainings.folder, env).run(
    ...['train', `${full.kind}.yaml`, '--set', `run.name=${full.name}`, ...set],
  );

const output = (...args: string[]): Place => ({
  wants: ({ whole }) => path.join(whole.run, 'best'),
  work: async (full) => {
    const where = path.join(full.disk, 'made');
    const named = args.map((arg) => (arg === 'RUN' ? full.whole.run : arg === 'OUT' ? where : arg));
    return full.trainings.deepcoder.run(...named);
  },
});

const run: Place = {
  wants: ({ whole }) => whole.run,
  work: async (full) => {
    const [before] = runFolders(full.trainings.folder, full.name, runsOn(full));
    const resumed =
      before === undefined ? null : await full.trainings.deepcoder.run('resume', before);
    const hasNothing = resumed && /no checkpoint to go on from|not found/.test(resumed.stderr);
    if (resumed !== null && !hasNothing) return resumed;
    return train(full, ['--set', `run.dir=${runsOn(full)}`]);
  },
  fault: (full) => runFault(full, runsOn(full)),
};

/** Where something is written that may find no room. */
const PLACES: Readonly<Record<string, Place>> = {
  run,
  graphs: {
    wants: ({ trainings }) => path.join(trainings.folder, '.cache'),
    work: (full) => train(full, [], { DEEPCODER_CACHE: path.join(full.disk, 'cache') }),
    isOptional: true,
    fault: (full) => runFault(full, 'runs'),
  },
  'run again': run,
  scores: {
    wants: ({ trainings }) => path.join(trainings.folder, 'scores'),
    work: (full) => train(full, ['--set', `teacher.cache=${path.join(full.disk, 'scores')}`]),
    fault: (full) => runFault(full, 'runs'),
  },
  merge: output('merge', 'RUN', '--out', 'OUT'),
  'run once more': run,
  convert: output('convert', 'data/games.react', '--to', 'chat', '--output', 'OUT'),
  hf: output('export', 'RUN', '--to', 'hf', '--out', 'OUT'),
  report: run,
  tokenizer: output('tokenizer', 'data/games.react', '--vocab-size', '400', '--output', 'OUT'),
};

/** Something is done where the disk fills up at a random moment; there is room then, and it is done again. */
export async function attempt(seed: number, count: Count): Promise<string | null> {
  const random = randomFrom(seed);
  const names = Object.keys(PLACES);
  const name = names[seed % names.length]!;
  const place = PLACES[name]!;
  const trainings = await shared;
  const kind =
    name === 'scores' ? 'aligned' : random.pick(['plain', 'early', 'lora', 'accumulation']);
  const whole = await trainings.undisturbed(kind);
  const disk = path.join(trainings.folder, `disk-${String(seed)}`);
  const full: Full = { trainings, kind, whole, disk, name: `full-${String(seed)}` };
  const room = roomFor(name, place.wants(full), random);
  const small = mountSmallDisk(disk, room);
  try {
    const fault = await filledUp(full, { place, small, count });
    return fault && `${name}, ${kind}, ${room.size} and ${String(room.files)} files: ${fault}`;
  } finally {
    small.remove();
  }
}

async function filledUp(
  full: Full,
  { place, small, count }: { place: Place; small: SmallDisk; count: Count },
): Promise<string | null> {
  const { code, stderr } = await place.work(full);
  if (code === 0) count('had room enough');
  else if (
    place.isOptional === true ||
    code !== 3 ||
    !/disk is full|make room|free space/.test(stderr)
  )
    return `ended with ${String(code)}: ${stderr}`;
  else count('filled up');
  small.makeRoom();
  // What is not a run is as it should be.
  const again = code === 0 ? null : await place.work(full);
  if (again !== null && again.code !== 0)
    return `with room, ended with ${String(again.code)}: ${again.stderr}`;
  return place.fault?.(full) ?? null;
}

function runFault(full: Full, dir: string): string | null {
  const made = runFolders(full.trainings.folder, full.name, dir).at(-1)!;
  const faults = [...differences(full.whole.contents, contentsOf(made)), ...leftovers(made)];
  if (!isDeepStrictEqual(numbersOf(made), full.whole.numbers)) faults.push('metrics.jsonl');
  const json = JSON.parse(readFileSync(path.join(made, 'run.json'), 'utf8')) as { state: string };
  if (json.state !== 'finished') faults.push(`state ${json.state}`);
  return faults.length === 0 ? null : `other than undisturbed: ${faults.join(', ')}`;
}

const runsOn = ({ disk }: Full): string => path.join(path.basename(disk), 'runs');

/** Pages and files of all that lies below, and a part of them. */
function roomFor(name: string, wanted: string, random: Random): { size: string; files: number } {
  const { kilobytes, files } = sizeOf(wanted);
  const isByFiles = name !== 'report' && random.below(4) === 0;
  // The report comes last.
  const share = name === 'report' ? 0.9 + random.below(100) / 1000 : random.below(1000) / 1000;
  const size = isByFiles ? 4 * kilobytes : Math.max(4, share * kilobytes);
  return {
    size: `${String(Math.ceil(size))}k`,
    files: isByFiles ? 2 + random.below(files) : 4 * files + 100,
  };
}

function sizeOf(place: string): { kilobytes: number; files: number } {
  if (!existsSync(place)) return { kilobytes: 64, files: 10 };
  const entry = lstatSync(place);
  const own = { kilobytes: 4 * Math.ceil(entry.size / 4096), files: 1 };
  if (!entry.isDirectory()) return own;
  return readdirSync(place)
    .map((name) => sizeOf(path.join(place, name)))
    .reduce(
      (sum, one) => ({ kilobytes: sum.kilobytes + one.kilobytes, files: sum.files + one.files }),
      own,
    );
}
