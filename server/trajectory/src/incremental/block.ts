import { Builder, type BuildState } from '../assemble/builder.ts';
import type { Format } from '../formats/format.ts';
import { lineValues } from '../json/jsonLines.ts';
import { JsonScanner } from '../json/scanJson.ts';
import { reportBroken } from '../probe.ts';
import { hasColours } from '../text/ansi.ts';
import { reportZeros } from '../text/plainText.ts';
import { fileSource } from '../text/source.ts';
import { isBlankCode } from '../text/trim.ts';

/** How a file is cut: a JSON value a line, one value at its list's items, text at a format's own marks, or not at all. */
export type Cut = 'lines' | 'items' | 'blocks' | 'whole';

/**
 * A stretch of the file that was read by itself. All its offsets count from its start, steps and
 * trajectories from where the one before stopped; so it can stay as it is when something before it
 * changes, as long as that stops in the same shape.
 */
export interface Block {
  text: string;
  /** The state that it was read from, without the numbers that do not matter. */
  entry: string;
  builder: Builder;
  /** Whether it begins where a line does: only there can the file be taken apart for an editor. */
  startsLine: boolean;
  /** Lines that the format can only read with all others. */
  needsWhole: boolean;
  /** See `RecordLinks`. */
  link: string | null;
}

export function readBlock(format: Format, cut: Cut, text: string, state: BuildState): Block {
  const builder = new Builder(startState(state));
  const source = fileSource(text);
  const end = contentEnd(text);
  let link: string | null = null;
  let records = 0;
  if (cut === 'blocks') {
    format.blocks?.read(builder, source, { start: 0, end: text.length });
  } else if (!isBlankText(text)) {
    const line = { text, start: 0, end };
    const values = lineValues(new JsonScanner(source), line, (scan, range) =>
      reportBroken(builder, scan, range),
    );
    for (const record of values) {
      records += 1;
      format.record?.(builder, record);
      link ??= format.links?.of(record.value) ?? null;
    }
  }
  reportZeros(builder, text);
  // A block has one link; records that a crash has put on one line may have several.
  const isUncommon =
    (cut === 'blocks' && hasColours(text)) || (records > 1 && format.links != null);
  const needsWhole = isUncommon || (format.needsWhole?.(text) ?? false);
  return { text, entry: shape(state), builder, startsLine: true, needsWhole, link };
}

/** Steps count from the block's start; only whether there was one before it matters. */
export function startState(state: BuildState): BuildState {
  return { ...state, step: state.step > 0 ? 1 : 0 };
}

/** The state behind a block that was read from one of this shape. */
export function after(state: BuildState, { builder }: Block): BuildState {
  const exit = builder.exit.state;
  const carried = builder.lead.closedAt < 0 && state.isOpen;
  return carried ? { ...exit, step: exit.step + state.step - (state.step > 0 ? 1 : 0) } : exit;
}

/** What of a state decides how the next block is read; of the step only whether there was one. */
export function shape(state: BuildState): string {
  const { isOpen, hasMessage, step, turnKey, inTurn, hasTurn, hasTask, openCalls } = state;
  const flags = [isOpen, hasMessage, step > 0, inTurn, hasTurn, hasTask].join(' ');
  return `${flags} ${turnKey ?? ''}\n${openCalls.join('\n')}`;
}

/** The text without its line end. */
export function contentEnd(text: string): number {
  let end = text.length;
  if (end > 0 && text[end - 1] === '\n') end -= 1;
  if (end > 0 && text[end - 1] === '\r') end -= 1;
  return end;
}

export function isBlankText(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (!isBlankCode(text.charCodeAt(i))) return false;
  return true;
}
