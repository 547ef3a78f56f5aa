import type { LabelRules, Range } from '@deepcoder/vocabulary';
import type { Builder } from '../assemble/builder.ts';
import { eventFacts, recordFacts } from '../facts/readFacts.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import type { NameBits } from '../json/keyNames.ts';
import type { Source } from '../text/source.ts';

/** `json`: one value; `jsonl`: one after the other, mostly one a line. */
type Shape = 'text' | 'json' | 'jsonl';

/** What detection looks at. `samples`: the file's value, the first items of an array, or first lines. */
export interface Probe {
  /** Of `text` without the colour codes of a console. */
  source: Source;
  coloured: Source;
  shape: Shape;
  fileName: string;
  /** Of `json`: the file's value. */
  root: JsonNode | null;
  samples: JsonNode[];
  /** Where the contents of a text begin to repeat themselves in kind: enough to tell formats apart. */
  head: string;
  rules: LabelRules | null;
  /** The text is what stands in a JSON string. */
  inString?: boolean;
}

export interface JsonRecord {
  value: JsonNode;
  range: Range;
  /** The name that its container gives it. */
  name?: string | null;
}

export interface Input extends Probe {
  /** The value of `json`; each item where it is an array; each value of `jsonl`. */
  records: () => Iterable<JsonRecord>;
}

/**
 * One row of the registry: a dialect, which the containers of `containers/` can put anywhere in a file. To
 * add one: a file with one of these, a row there, a fixture, a row in the tests' generator. A format whose
 * records can be read one by one, with no more state than the builder's, gives `record`; text gives `text`,
 * and `blocks` where it can be cut; with `record` and `blocks` an edit re-reads what it touches. Others give
 * `read`, which goes first where there are both.
 */
export interface Format {
  id: string;
  title: string;
  /** Why the file is of this format; null if it is not. */
  detect: (probe: Probe) => string | null;
  /**
   * Names of which one is in each record of the format, or in each message of a list in it (see
   * `KnownNames`): where neither is in any of the first records, `detect` is not asked.
   */
  recordNames?: NameBits;
  messageNames?: NameBits;
  read?: (input: Input, build: Builder) => void;
  record?: (build: Builder, record: JsonRecord) => void;
  /** Reads a stretch of text: a file's, or what stands in a string of it. */
  text?: TextReader;
  blocks?: Blocks;
  list?: RecordList;
  /** Of a format with `read` and `record` or `blocks`: lines or blocks that only `read` understands. */
  needsWhole?: (part: string) => boolean;
  links?: RecordLinks;
  /** Of text: the colour codes of a console say what it is; others are given it without them. */
  readsColours?: boolean;
  /** The reader for this very file, where a look at its beginning tells it more than its format. */
  adapt?: (probe: Probe) => Format;
  /**
   * Of text whose prompts show examples: where the first record of a prompt begins, and the one that the
   * agent goes on with. What stands between are demonstrations. Null where there are none.
   */
  demonstrations?: (text: string, promptEnd: number) => { first: number; own: number } | null;
}

export type TextReader = (
  build: Builder,
  source: Source,
  range: Range,
  rules: LabelRules | null,
) => void;

export function textReaderOf(format: Format | null): TextReader | null {
  return format?.text ?? format?.blocks?.read ?? null;
}

/**
 * Of a format with `read` and `record` whose lines mostly stand alone: what of a line decides how others are
 * read, and whether all of them together need `read`.
 */
interface RecordLinks {
  of: (record: JsonNode) => string | null;
  needWhole: (links: readonly string[]) => boolean;
}

/**
 * Of a format whose record is an object with one list that is read item by item, with no more state than
 * the builder's: in a file of one such record, an edit re-reads the item that it is in.
 */
export interface RecordList {
  /** The list, a member of the record itself; null for records that are read otherwise. */
  of: (record: JsonNode) => JsonNode | null;
  /** What comes before the items: the record's trajectory, and what its other members say. */
  begin?: (build: Builder, record: JsonNode) => void;
  item: (build: Builder, item: JsonNode) => void;
  /** Without it the trajectory is closed at the record's end. */
  end?: (build: Builder, record: JsonNode) => void;
}

/** Reads a record by its list, or as one without items. */
export function readList(list: RecordList, build: Builder, record: JsonNode): void {
  list.begin?.(build, record);
  if (list.begin) build.about(record, recordFacts);
  for (let item = list.of(record)?.first; item; item = item.next) {
    list.item(build, item);
    build.about(item, eventFacts);
  }
  endList(list, build, record);
}

export function endList({ end }: RecordList, build: Builder, record: JsonNode): void {
  if (end) end(build, record);
  else build.close(record.rawEnd);
}

interface Blocks {
  /** Whether a block begins with the line at `start`. */
  begins: (text: string, start: number) => boolean;
  read: (build: Builder, source: Source, range: Range) => void;
}

/** Reads a record, and what it says of itself beside what is said in it. */
export function readRecord(
  record: NonNullable<Format['record']>,
  build: Builder,
  one: JsonRecord,
): void {
  const known = build.trajectories;
  record(build, one);
  // A trajectory that goes on is written an event a record.
  if (build.isOpen) build.about(one.value, eventFacts);
  else if (build.trajectories === known + 1) build.about(one.value, recordFacts);
}
