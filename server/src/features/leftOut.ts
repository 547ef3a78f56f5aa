import {
  leftOutSpans,
  stretches,
  type LearntChoice,
  type Range as Offsets,
  type Stretch,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { TrackedDocument } from '../trackedDocument.ts';
import { labelledStart } from './outline.ts';
import { sameBlocks, sectionOf, type Section } from './section.ts';

/** What is left out of a trajectory's text; offsets count from its start. */
interface Found {
  blocks: Stretch['blocks'];
  choice: string;
  ranges: readonly Offsets[];
}

const known = new WeakMap<Stretch['blocks'][number], Found>();

/** Whether spans can be left out whose kinds are learnt. */
function leavesOut({ turns, maskArguments }: LearntChoice): boolean {
  return turns !== 'all' || maskArguments;
}

/**
 * Ranges of the document that training leaves out although their kinds are learnt, in order: turns that
 * `train_on` does not name, masked arguments. Null where the client has let go.
 */
export async function leftOutRanges(
  document: TrackedDocument,
  { file, from, to }: { file: TrackedFile; from: number; to: number },
  { choice, pause }: { choice: LearntChoice; pause: () => boolean | Promise<boolean> },
): Promise<Offsets[] | null> {
  if (!leavesOut(choice)) return [];
  const ranges: Offsets[] = [];
  for (const stretch of stretches(file, 'trajectory', { from, to })) {
    for (const { start, end } of rangesIn(document, { file, stretch }, choice)) {
      ranges.push({ start: start + stretch.start, end: end + stretch.start });
    }
    if (await pause()) return null;
  }
  return ranges;
}

function rangesIn(
  document: TrackedDocument,
  { file, stretch }: { file: TrackedFile; stretch: Stretch },
  choice: LearntChoice,
): readonly Offsets[] {
  const first = stretch.blocks[0]!;
  const key = JSON.stringify(choice);
  const entry = known.get(first);
  const length = stretch.blocks.reduce((sum, { text }) => sum + text.length, 0);
  const isAnnotated = document.hasAnnotationsIn(stretch.start, stretch.start + length);
  if (!isAnnotated && entry?.choice === key && sameBlocks(entry, stretch)) return entry.ranges;
  const { parsed } = sectionOf(document, file, stretch);
  const found = [...leftOutSpans(parsed, choice)].sort(([a], [b]) => a - b);
  const ranges = found.map(([index, what]) => {
    const { start, end } = parsed.spans[index]!;
    return { start: what === 'turn' ? labelledStart(parsed, index) : start, end };
  });
  if (!isAnnotated) known.set(first, { blocks: stretch.blocks, choice: key, ranges });
  return ranges;
}

const bySection = new WeakMap<
  Section,
  { choice: string; spans: ReturnType<typeof leftOutSpans> }
>();

/** Whether training leaves a span out although its kind is learnt; of a part of a trajectory it is not known. */
export function isLeftOut(section: Section, span: number, choice: LearntChoice): boolean {
  if (!leavesOut(choice) || section.isPart) return false;
  const key = JSON.stringify(choice);
  let entry = bySection.get(section);
  if (entry?.choice !== key) {
    entry = { choice: key, spans: leftOutSpans(section.parsed, choice) };
    bySection.set(section, entry);
  }
  return entry.spans.has(span);
}
