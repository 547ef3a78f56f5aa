import {
  type ChartColumns,
  decodeColumns,
  type EncodedColumns,
  type MetricsRecord,
  own,
} from '@deepcoder/vocabulary';
import type { Series } from './run.ts';

/** Series that grow while a run trains. */
export interface LiveSeries {
  /** The objects stay the same; their arrays are other ones after each `append`. */
  readonly series: readonly Series[];
  /** Adds records at the end; true when there are metrics that were not there before. */
  append(records: readonly MetricsRecord[]): boolean;
}

/** Numbers with room for more behind them. */
interface Growing {
  array: Float64Array;
  length: number;
}

/** Series that were measured at the same records share their axes. */
interface Group {
  step: Growing;
  tokens: Growing;
  time: Growing;
  members: Map<string, Growing>;
}

export function liveSeries(encoded: EncodedColumns): LiveSeries {
  const columns = decodeColumns(encoded);
  const groups = groupsOf(columns);
  const byName = new Map<string, Series>();
  const counts = new Map(columns.series.map(({ name, count }) => [name, count]));
  const publish = () => {
    for (const { step, tokens, time, members } of groups) {
      const axes = { step: view(step), tokens: view(tokens), time: view(time) };
      for (const [name, value] of members) {
        const series = byName.get(name) ?? { name, ...axes, ...thinness(counts.get(name), value) };
        byName.set(name, Object.assign(series, axes, { value: view(value) }));
      }
    }
  };
  publish();
  let all = [...byName.values()];
  return {
    get series() {
      return all;
    },
    append(records) {
      for (const record of records) addRecord(groups, record);
      publish();
      const grew = byName.size > all.length;
      if (grew) all = [...byName.values()];
      return grew;
    },
  };
}

/** How many values there were for one that came, where they are not all here. */
function thinness(count: number | undefined, { length }: Growing): { every?: number } {
  return count === undefined || count <= length || length === 0 ? {} : { every: count / length };
}

function groupsOf({ step, tokensSeen, time, series }: ChartColumns): Group[] {
  const byRows = new Map<Uint32Array | null, Group>();
  for (const { name, rows, value } of series) {
    let group = byRows.get(rows);
    if (group === undefined) {
      const pick = (axis: Float64Array) =>
        growing(rows === null ? axis : Float64Array.from(rows, (row) => axis[row]!));
      group = {
        step: pick(step),
        tokens: pick(tokensSeen),
        time: pick(time),
        members: new Map(),
      };
      byRows.set(rows, group);
    }
    group.members.set(name, growing(Float64Array.from(value)));
  }
  return [...byRows.values()];
}

function addRecord(groups: Group[], record: MetricsRecord): void {
  const names = new Set(Object.keys(record.values));
  for (const group of [...groups]) {
    const present = [...group.members.keys()].filter((name) => names.delete(name));
    if (present.length === 0) continue;
    if (present.length < group.members.size) groups.push(split(group, present));
    push(group, record);
  }
  if (names.size === 0) return;
  const members = new Map([...names].map((name) => [name, growing(new Float64Array(0))]));
  const [step, tokens, time] = [0, 0, 0].map(() => growing(new Float64Array(0))) as [
    Growing,
    Growing,
    Growing,
  ];
  const group = { step, tokens, time, members };
  push(group, record);
  groups.push(group);
}

/** Takes the members that are not named out into a group of their own. */
function split(group: Group, kept: readonly string[]): Group {
  const { step, tokens, time, members } = group;
  const others = new Map([...members].filter(([name]) => !kept.includes(name)));
  for (const name of others.keys()) members.delete(name);
  return { step: copy(step), tokens: copy(tokens), time: copy(time), members: others };
}

function push({ step, tokens, time, members }: Group, record: MetricsRecord): void {
  add(step, record.step);
  add(tokens, record.tokensSeen);
  add(time, record.time);
  for (const [name, value] of members) add(value, own(record.values, name) ?? NaN);
}

function growing(array: Float64Array): Growing {
  return { array, length: array.length };
}

function copy(numbers: Growing): Growing {
  return growing(view(numbers).slice());
}

function view({ array, length }: Growing): Float64Array {
  return array.subarray(0, length);
}

function add(numbers: Growing, value: number): void {
  if (numbers.length === numbers.array.length) {
    const larger = new Float64Array(Math.max(64, 2 * numbers.length));
    larger.set(numbers.array);
    numbers.array = larger;
  }
  numbers.array[numbers.length++] = value;
}
