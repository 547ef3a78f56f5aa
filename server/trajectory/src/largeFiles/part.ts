/** A value a line, a text at a format's own marks, a JSON array at its elements, or not at all. */
export type RecordCut = 'lines' | 'blocks' | 'elements' | 'whole';

/** Some of a file, from the beginning of a record on. */
export interface Part {
  bytes: Uint8Array;
  text: string;
  /** Whether it begins and ends where the file does. */
  atStart: boolean;
  atEnd: boolean;
}

/** A piece of the part: its text's offsets and where it begins in bytes. */
export interface Cutting {
  start: number;
  end: number;
  byte: number;
}
