/** What a recipe tells whoever watches it; the terminal, a log or nobody. */
export interface Progress {
  /** One line that stays. */
  say: (text: string) => void;
  /** How far a phase has come; called often. `total` 0: not known. */
  advance: (phase: string, state: { done: number; total: number; note?: string }) => void;
}

export const silent: Progress = { say: () => undefined, advance: () => undefined };
