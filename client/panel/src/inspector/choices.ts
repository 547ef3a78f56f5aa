import type { SpanKind } from '@deepcoder/vocabulary';
import type { InspectorChoices } from '../inspectorMessages.ts';

export interface Choices {
  readonly state: Readonly<InspectorChoices>;
  toggle(list: 'hidden' | 'folded', kind: SpanKind): void;
  setRaw(raw: boolean): void;
  /** Kept without anything being drawn anew. */
  setListShare(share: number): void;
  /** Folds every kind, or none. */
  foldAll(folded: readonly SpanKind[]): void;
  listen(listener: () => void): void;
}

export function createChoices(
  initial: InspectorChoices,
  keep: (state: InspectorChoices) => void,
): Choices {
  let state = initial;
  const listeners: (() => void)[] = [];
  const set = (change: Partial<InspectorChoices>) => {
    state = { ...state, ...change };
    keep(state);
    for (const listener of listeners) listener();
  };
  return {
    get state() {
      return state;
    },
    toggle(list, kind) {
      const before = state[list];
      const after = before.includes(kind)
        ? before.filter((one) => one !== kind)
        : [...before, kind];
      set({ [list]: after });
    },
    setRaw: (raw) => set({ raw }),
    setListShare(listShare) {
      state = { ...state, listShare };
      keep(state);
    },
    foldAll: (folded) => set({ folded: [...folded] }),
    listen: (listener) => void listeners.push(listener),
  };
}
