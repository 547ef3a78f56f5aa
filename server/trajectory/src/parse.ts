import { Builder } from './assemble/builder.ts';
import { finish } from './assemble/finish.ts';
import { holdsJsonStrings } from './containers/layers.ts';
import { findsAgent, hasAgentMark } from './containers/findsAgent.ts';
import { textViews } from './containers/textViews.ts';
import { verdictsOf } from './containers/verdicts.ts';
import { listViews, plainView, recastViews, recordViews, type View } from './containers/views.ts';
import {
  readRecord,
  textReaderOf,
  type Format,
  type Input,
  type JsonRecord,
} from './formats/format.ts';
import { formatById } from './formats/registry.ts';
import type { FactSheets } from './facts/factSheet.ts';
import { openInput, reportBroken } from './probe.ts';
import { reportZeros } from './text/plainText.ts';
import type { Parsed, ParseOptions } from './types.ts';

export const NOT_A_TRAJECTORY = 'not_a_trajectory';

/**
 * Reads a trajectory file. Never throws: trouble comes back as problems with positions.
 * @param facts where what the log says of its trajectories is written, for whoever wants it
 */
export function parse(
  text: string,
  options: ParseOptions = {},
  facts: FactSheets | null = null,
): Parsed {
  const build = new Builder();
  build.facts = facts;
  const start = contentStart(text);
  const own = start === 0 ? text : text.slice(start);
  const input = openInput(own, options, (scan, range) => {
    reportBroken(build, scan, range);
  });
  const verdict = detect(input, options.format);
  readAll(verdict.reader, input, build);
  build.close(own.length);
  if (start > 0) build.move(start);
  return finish(text, verdict, build, () => {
    reportZeros(build, text);
  });
}

/** Behind the byte order mark, which is no part of the text. */
export function contentStart(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0;
}

function readAll(format: Format | null, input: Input, build: Builder): void {
  const { shape } = input;
  const source = format?.readsColours === true ? input.coloured : input.source;
  if (format?.read) format.read(input, build);
  else if (shape === 'text')
    textReaderOf(format)?.(build, source, { start: 0, end: source.text.length }, input.rules);
  else if (format?.record)
    for (const record of input.records()) readRecord(format.record, build, record);
}

export interface Verdict {
  format: string;
  reason: string;
  /** The format's reader for the containers of this file; null where it is no trajectory file. */
  reader: Format | null;
}

/**
 * Which format a file is of, and where its records lie. A reader that finds nothing of an agent in the first
 * records gives way to the next that does; where none does, the first that knew the file stays.
 */
export function detect(input: Input, override: string | undefined): Verdict {
  const chosen = override === undefined ? null : formatById(override);
  let first: Verdict | null = null;
  for (const view of viewsOf(input)) {
    for (const found of verdictsOf(view, chosen)) {
      const { dialect, ...rest } = found;
      const verdict = chosen ? { ...rest, reason: CHOSEN } : rest;
      const finds = input.shape === 'text' ? true : findsAgent(dialect, view.firstRecords());
      if (finds === true) return verdict;
      if (finds === null && view.where === '' && !input.samples.some(holdsJsonStrings))
        return verdict;
      if (finds === null && readsAgent(rest.reader, input)) return verdict;
      if (view.where === '') first ??= verdict;
    }
  }
  if (first) return first;
  if (chosen) return { format: chosen.id, reason: CHOSEN, reader: chosen };
  return { format: NOT_A_TRAJECTORY, reason: 'none of the known formats', reader: null };
}

const CHOSEN = 'chosen by the user';

/** The file's own values, set out anew where need be, what lies deeper in them, and the texts in strings of both. */
function* viewsOf(input: Input): Iterable<View> {
  const plain = plainView(input);
  if (input.shape === 'text') {
    yield plain;
    return;
  }
  yield* recastViews(input);
  yield plain;
  const known = [plain, ...listViews(input)];
  yield* known.slice(1);
  for (const view of recordViews(input)) {
    known.push(view);
    yield view;
  }
  for (const view of known) yield* textViews(view);
}

/** Of a reader that needs a file's records together. */
function readsAgent(reader: Format, input: Input): boolean {
  const build = new Builder();
  const records = (): JsonRecord[] => input.samples.map((value) => ({ value, range: value }));
  reader.read?.({ ...input, records }, build);
  return hasAgentMark(build);
}
