import type { Builder } from '../build/builder.ts';
import type { JsonNode } from '../json/scanJson.ts';
import type { Source } from '../text/source.ts';
import type { LabelRules, Range } from '../types.ts';

/** `json`: one value; `jsonl`: one after the other, mostly one a line. */
type Shape = 'text' | 'json' | 'jsonl';

/** What detection looks at. `samples`: the file's value, the first items of an array, or first lines. */
export interface Probe {
  source: Source;
  shape: Shape;
  fileName: string;
  /** Of `json`: the file's value. */
  root: JsonNode | null;
  samples: JsonNode[];
  /** Where the contents of a text begin to repeat themselves in kind: enough to tell formats apart. */
  head: string;
  rules: LabelRules | null;
}

export interface JsonRecord {
  value: JsonNode;
  range: Range;
}

export interface Input extends Probe {
  /** The value of `json`; each item where it is an array; each value of `jsonl`. */
  records: () => Iterable<JsonRecord>;
}

/**
 * One row of the registry. To add a format: a file with one of these, a row there, a fixture. A format
 * whose records can be read one by one, with no more state than the builder's, gives `record`; a text
 * that can be cut gives `blocks`; with these, an edit re-reads what it touches. Others give `read`,
 * which goes first where there are both.
 */
export interface Format {
  id: string;
  title: string;
  /** Why the file is of this format; null if it is not. */
  detect: (probe: Probe) => string | null;
  read?: (input: Input, build: Builder) => void;
  record?: (build: Builder, record: JsonRecord) => void;
  blocks?: Blocks;
  /** Of a format with `read` and `record`: lines that only `read` understands. */
  needsWhole?: (line: string) => boolean;
}

interface Blocks {
  /** Whether a block begins with the line at `start`. */
  begins: (text: string, start: number) => boolean;
  read: (build: Builder, source: Source, range: Range) => void;
}
