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
  /** Charts that stand before all others. */
  pinned: ReadonlySet<string>;
  /** Grows when the lines have more points. */
  revision: number;
}

type Listener = (changed: ReadonlySet<keyof ViewState>) => void;

export interface View {
  readonly state: Readonly<ViewState>;
  set(change: Partial<ViewState>): void;
  /** Switches a run or a line off or on. */
  toggle(key: string): void;
  pin(chart: string): void;
  /** The listener gets the names of what changed; what is returned ends that. */
  listen(listener: Listener): () => void;
}

export function createView(initial: Partial<ViewState> & { smoothing: number }): View {
  let state: ViewState = {
    axis: 'step',
    log: false,
    range: null,
    hover: null,
    hidden: new Set(),
    pinned: new Set(),
    revision: 0,
    ...initial,
  };
  const listeners = new Set<Listener>();
  const view: View = {
    get state() {
      return state;
    },
    set(change) {
      state = { ...state, ...change };
      const changed = new Set(Object.keys(change) as (keyof ViewState)[]);
      for (const listener of [...listeners]) listener(changed);
    },
    toggle: (key) => view.set({ hidden: toggled(state.hidden, key) }),
    pin: (chart) => view.set({ pinned: toggled(state.pinned, chart) }),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return view;
}

/** The same view, whose listeners can be sent away together. */
export function scopedView(view: View): View & { close(): void } {
  const ends: (() => void)[] = [];
  return {
    get state() {
      return view.state;
    },
    set: (change) => view.set(change),
    toggle: (key) => view.toggle(key),
    pin: (chart) => view.pin(chart),
    listen(listener) {
      const end = view.listen(listener);
      ends.push(end);
      return end;
    },
    close: () => ends.splice(0).forEach((end) => end()),
  };
}

function toggled(set: ReadonlySet<string>, key: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
