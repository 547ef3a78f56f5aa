import type { InspectorRecord } from '../inspectorMessages.ts';

/** What the views of a record's spans share. */
export interface SpanContext {
  record: InspectorRecord;
  isFolded: (index: number) => boolean;
  raw: boolean;
  /** The whole text of a span, as it is shown. */
  loadText: (index: number) => Promise<string>;
  /** A piece of the record's raw text. */
  loadRaw: (from: number, length: number) => Promise<string>;
  toggleFold: (index: number) => void;
  goTo: (index: number) => void;
  copy: (index: number, button: HTMLButtonElement) => void;
  openText: (index: number) => void;
}
