/** A language model as the player sees it: text in, text out, many conversations side by side. */
export interface Policy {
  /** A session of so many rows, all of them empty. */
  start(rows: number): Promise<Session>;
}

export interface Session {
  /**
   * Appends text to rows. Rows whose context has no room for it are left as they are and are
   * returned.
   */
  extend(texts: readonly RowText[]): Promise<readonly number[]>;
  /**
   * Goes on writing in each of the rows until the text ends in `stop`, `maxTokens` are written, or the
   * context is full. What is written stays in the row.
   */
  generate(rows: readonly number[], options: GenerateOptions): Promise<readonly Generated[]>;
  /** Forgets what came after the row was this many tokens long. */
  rewind(marks: readonly { row: number; length: number }[]): void;
  /** In tokens. */
  length(row: number): number;
  /** The tokens of the row; valid until it changes. */
  ids(row: number): readonly number[];
  close(): Promise<void>;
}

export interface RowText {
  row: number;
  text: string;
}

interface GenerateOptions {
  stop: string;
  maxTokens: number;
  /** 0: always the likeliest token. */
  temperature: number;
  /**
   * What a row may be about to write. At temperature 0 this changes nothing but the time: as far as the
   * row would write it, it is read in one go.
   */
  drafts?: ReadonlyMap<number, string>;
  /** The next random number of a row, in [0, 1); the policy has some of its own. */
  uniform?: ((row: number) => number) | undefined;
}

export interface Generated extends RowText {
  /** How many tokens the text is, the stop included. */
  tokens: number;
  /** Whether it ends in the stop; otherwise it was cut short. */
  stopped: boolean;
}
