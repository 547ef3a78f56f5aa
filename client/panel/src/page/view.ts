export const AXES = ['step', 'tokens', 'time'] as const;

export type Axis = (typeof AXES)[number];

/** What a reader has chosen; the same for all charts of a page. */
export interface ViewState {
  axis: Axis;
  log: boolean;
  /** Over how many points curves are averaged. */
  smoothing: number;
  /** The part of the axis that is looked at; null is all of it. */
  range: [number, number] | null;
  /** The place that is pointed at. */
  hover: number | null;
  /** Keys of runs and of lines that are switched off. */
  hidden: ReadonlySet<string>;
}

export interface View {
  readonly state: Readonly<ViewState>;
  set(change: Partial<ViewState>): void;
  toggle(key: string): void;
  /** The listener gets the names of what changed. */
  listen(listener: (changed: ReadonlySet<keyof ViewState>) => void): void;
}

export function createView(smoothing: number): View {
  let state: ViewState = {
    axis: 'step',
    log: false,
    smoothing,
    range: null,
    hover: null,
    hidden: new Set(),
  };
  const listeners: ((changed: ReadonlySet<keyof ViewState>) => void)[] = [];
  const view: View = {
    get state() {
      return state;
    },
    set(change) {
      state = { ...state, ...change };
      const changed = new Set(Object.keys(change) as (keyof ViewState)[]);
      for (const listener of listeners) listener(changed);
    },
    toggle(key) {
      const hidden = new Set(state.hidden);
      if (!hidden.delete(key)) hidden.add(key);
      view.set({ hidden });
    },
    listen: (listener) => void listeners.push(listener),
  };
  return view;
}
