import { createThin, type ThinLine, type ThinOptions } from '../thinLine.ts';

/** A line whose arrays are columns that the worker has, up to a length. */
export interface LineOfColumns {
  x: number;
  y: number;
  length: number;
  origin: number;
  smoothing: number;
}

/** What the page tells the worker. */
export type ToThinWorker =
  /** More of a column, from a place on. */
  | { type: 'column'; id: number; from: number; values: Float64Array }
  | { type: 'drop'; id: number }
  | { type: 'thin'; request: number; lines: LineOfColumns[]; options: ThinOptions };

export interface FromThinWorker {
  request: number;
  lines: ThinLine[];
}

interface Column {
  array: Float64Array;
  /** The same object as long as the length is the same, as averages are kept by it. */
  view: Float64Array;
}

/** Its global, as far as it is used; the page's types know only the window's. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToThinWorker>) => void) | null;
  postMessage(message: FromThinWorker, transfer: ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const columns = new Map<number, Column>();
const thin = createThin();

scope.onmessage = ({ data }) => {
  if (data.type === 'column') grow(data.id, data.from, data.values);
  else if (data.type === 'drop') columns.delete(data.id);
  else {
    const lines = data.lines.map((line) => thin(wholeLine(line), data.options));
    scope.postMessage({ request: data.request, lines }, lines.flatMap(buffersOf));
  }
};

function grow(id: number, from: number, values: Float64Array): void {
  const length = from + values.length;
  let array = columns.get(id)?.array ?? new Float64Array(length);
  if (array.length < length) {
    const larger = new Float64Array(2 * length);
    larger.set(array.subarray(0, from));
    array = larger;
  }
  array.set(values, from);
  columns.set(id, { array, view: array.subarray(0, length) });
}

function wholeLine({ x, y, length, origin, smoothing }: LineOfColumns) {
  return { x: viewOf(x, length), y: viewOf(y, length), origin, smoothing };
}

function viewOf(id: number, length: number): Float64Array {
  const column = columns.get(id)!;
  if (column.view.length !== length) column.view = column.array.subarray(0, length);
  return column.view;
}

function buffersOf({ raw, averaged }: ThinLine): ArrayBuffer[] {
  const curves = averaged === null ? [raw] : [raw, averaged];
  return curves.flatMap(({ x, y }) => [x.buffer as ArrayBuffer, y.buffer as ArrayBuffer]);
}
