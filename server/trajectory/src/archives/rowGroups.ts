/** A table's rows as JSON lines, a row a line, row group by row group. */
export interface RowGroups {
  readonly groups: readonly { rows: number; bytes: number }[];
  /** The rows of a group as JSON, each by itself. */
  readGroup(index: number): Promise<string[]>;
}
