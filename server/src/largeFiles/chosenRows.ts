/** Rows in the order in which a list shows them; of a file as far as it was read. */
export interface ChosenRows {
  key: string;
  wasGrowing: boolean;
  /** When it was made, and how long that took. */
  madeAt: number;
  tookMs: number;
  places: readonly RowPlace[];
  problem: string;
}

export interface RowPlace {
  part: number;
  row: number;
  record: number;
}
