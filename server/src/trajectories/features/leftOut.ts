import {
  leftOutSpans,
  stretches,
  type LearntChoice,
  type LeftOutReason,
  type Stretch,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { Range as Offsets } from '@deepcoder/vocabulary';
import { labelledStart } from '../document/outline.ts';
import { sameBlocks, sectionOf, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** What is left out of a trajectory's text; offsets count from its start. */
interface Found {
  blocks: Stretch['blocks'];
  choice: string;
  ranges: readonly Offsets[];
}

const known = new WeakMap<Stretch['blocks'][number], Found>();

/** Whether the config leaves out spans whose kinds are learnt. */
function leavesOut({ turns, maskArguments, maskSteps }: LearntChoice): boolean {
  return turns !== 'all' || maskArguments || maskSteps.length > 0;
}

/**
 * Ranges of the document that training leaves out although their kinds are learnt, in order: messages that
 * the file excludes, masked steps, turns that `train_on` does not name, masked arguments. Null where the
 * client has let go.
 */
export async function leftOutRanges(
  document: TrackedDocument,
  { file, from, to }: { file: TrackedFile; from: number; to: number },
  { choice, pause }: { choice: LearntChoice; pause: () => boolean | Promise<boolean> },
): Promise<Offsets[] | null> {
  const ranges: Offsets[] = [];
  const all = leavesOut(choice);
  for (const stretch of stretches(file, 'trajectory', { from, to })) {
    if (!all && !isMaskedByFile(stretch)) continue;
    for (const { start, end } of rangesIn(document, { file, stretch }, choice)) {
      ranges.push({ start: start + stretch.start, end: end + stretch.start });
    }
    if (await pause()) return null;
  }
  return ranges;
}

/** Whether the file itself excludes something of a stretch from the loss. */
function isMaskedByFile({ blocks }: Stretch): boolean {
  return blocks.some(({ builder }) => builder.maskedMarks.length > 0);
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
  const ranges = found.map(([index, reason]) => {
    const { start, end } = parsed.spans[index]!;
    return { start: reason === 'arguments' ? start : labelledStart(parsed, index), end };
  });
  if (!isAnnotated) known.set(first, { blocks: stretch.blocks, choice: key, ranges });
  return ranges;
}

const bySection = new WeakMap<
  Section,
  { choice: string; spans: ReturnType<typeof leftOutSpans> }
>();

/** Why training leaves a span out although its kind is learnt; null: it does not, or only a part of its trajectory is known. */
export function leftOutReason(
  section: Section,
  span: number,
  choice: LearntChoice,
): LeftOutReason | null {
  if (section.parsed.masked.has(span)) return 'file';
  if (!leavesOut(choice) || section.isPart) return null;
  const key = JSON.stringify(choice);
  let entry = bySection.get(section);
  if (entry?.choice !== key) {
    entry = { choice: key, spans: leftOutSpans(section.parsed, choice) };
    bySection.set(section, entry);
  }
  return entry.spans.get(span) ?? null;
}
