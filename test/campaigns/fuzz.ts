import {
  applyEdits,
  editFile,
  parse,
  parsedOf,
  textOf,
  trackFile,
  type ParseOptions,
  type TextEdit,
} from '@deepcoder/trajectory';
import { containersOf, generate } from '../trajectory/generator/combine.ts';
import { DIALECTS } from '../trajectory/generator/dialects.ts';
import { plain } from '../trajectory/generator/incremental.ts';
import type { Count } from './campaign.ts';
import { pieceOf } from './pieces.ts';
import { randomFrom, type Random } from './random.ts';
import { realFiles } from './realFiles.ts';

export const limitMs = 120_000;
export const shortTries = 400;

const VARIANTS = 20;
/** Most files are small, so that there are many of them. */
const SIZES = [1500, 3000, 6000, 30_000];
const LONGEST = 60_000;

/** A file is edited again and again; what is read incrementally has to equal reading the whole each time. */
export function attempt(seed: number, count: Count): string | null {
  const random = randomFrom(seed);
  const { from, text, options } = documentFor(random);
  let now = text;
  let file = trackFile(now, options);
  for (let variant = 0; variant < VARIANTS; variant += 1) {
    const edits = editsOf(now, random);
    now = applyEdits(now, edits);
    file = editFile(file, edits);
    count('variants');
    if (textOf(file) !== now) return `${from}: edit ${String(variant)} gives another text`;
    if (plain(parsedOf(file)) !== plain(parse(now, options)))
      return `${from}: after edit ${String(variant)} (${JSON.stringify(edits)}) read otherwise than the whole`;
  }
  return null;
}

interface Document {
  from: string;
  text: string;
  options: ParseOptions;
}

function documentFor(random: Random): Document {
  if (random.below(2) === 0) return generated(random);
  const { name, text } = random.pick(realFiles);
  const size = random.pick(SIZES);
  // Formats are known by how they begin, and files are also cut out of the middle of others.
  const start = random.below(4) === 0 ? random.below(text.length) : 0;
  const cut = text.slice(start, start + size);
  const options = random.below(4) === 0 ? { fileName: name.split('/')[1]! } : {};
  return { from: `${name} from ${String(start)}, ${String(size)} characters`, text: cut, options };
}

function generated(random: Random): Document {
  const dialect = random.pick(DIALECTS);
  const container = random.pick(containersOf(dialect));
  const seed = random.below(1_000_000);
  const { text } = generate(dialect, container, seed);
  const from = `generated: ${dialect.name} / ${container} / ${String(seed)}`;
  return { from, text: text.slice(0, LONGEST), options: {} };
}

function editsOf(text: string, random: Random): TextEdit[] {
  const first = editOf(text, random);
  if (random.below(6) > 0) return [first];
  const second = editOf(text, random);
  const [a, b] = first.start <= second.start ? [first, second] : [second, first];
  return a.end < b.start ? [a, b] : [first];
}

function editOf(text: string, random: Random): TextEdit {
  const start = random.below(text.length + 1);
  const most = text.length > LONGEST ? 20_000 : random.pick([1, 1, 5, 80, 800]);
  const end = Math.min(text.length, start + (random.below(2) === 0 ? 0 : random.below(most + 1)));
  return { start, end, newText: pieceOf(text, random) };
}
