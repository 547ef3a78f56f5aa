import {
  applyEdits,
  editFile,
  parse,
  parsedOf,
  textOf,
  trackFile,
  type Parsed,
} from '@deepcoder/trajectory';
import { containersOf, generate } from './combine.ts';
import type { Dialect } from './dialect.ts';
import { Random, seedOf } from './random.ts';

const SNIPPETS = ['', 'x', '\n', '"', '{', '\\', '😀', 'Thought: x\n', '<think>', '"added": 1, '];

/** The containers, of some that are tried, in which an edited file is not read as the whole one is. */
export function incrementalFaults(dialect: Dialect): string[] {
  const random = new Random(seedOf(dialect.name));
  const sample = random.shuffled(containersOf(dialect)).slice(0, 3);
  return sample.filter((container) => !readsAsWhole(generate(dialect, container, 3).text));
}

function readsAsWhole(text: string): boolean {
  let now = text;
  const random = new Random(seedOf(text));
  let file = trackFile(now);
  for (let i = 0; i < 4; i += 1) {
    const start = random.int(0, now.length);
    const end = Math.min(now.length, start + random.pick([0, 0, 0, 1, 40]));
    const edit = { start, end, newText: random.pick(SNIPPETS) };
    now = applyEdits(now, [edit]);
    file = editFile(file, [edit]);
    if (textOf(file) !== now || plain(parsedOf(file)) !== plain(parse(now))) return false;
  }
  return true;
}

/** All that a parse says, as one text to compare. */
export function plain(parsed: Parsed): string {
  return JSON.stringify({
    ...parsed,
    masked: [...parsed.masked],
    trajectories: parsed.trajectories.map(({ index, id, start, end, tools, messages }) => ({
      index,
      id,
      start,
      end,
      tools,
      messages,
    })),
  });
}
