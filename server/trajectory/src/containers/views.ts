import type { Builder } from '../assemble/builder.ts';
import {
  readRecord,
  type Format,
  type Input,
  type JsonRecord,
  type Probe,
} from '../formats/format.ts';
import { isArray, isObject, str, getAny } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { Samples } from '../json/samples.ts';
import { EXPANDED, layersOf, type Inner, type Layer } from './layers.ts';
import { recastOf } from './recasts/recasts.ts';

/** One way to see the records of a file. */
export interface View {
  /** Where the records lie, for the verdict's reason; blank: they are the file's own values. */
  where: string;
  /** What detection looks at; of texts one for each. */
  probes: readonly Probe[];
  /** The first of the values that the dialect reads. */
  firstRecords: () => Iterable<JsonRecord>;
  /** How the format reads one of these values. */
  dialectOf: (format: Format) => Format;
  /** The dialect's reader for the file's own values. */
  readerOf: (dialect: Format) => Format;
}

const DEEPEST = 3;
/** Among so many of the values that lie deeper an agent has spoken. */
const FIRST_RECORDS = 200;
/** Views of one file that are tried. */
const MOST_VIEWS = 64;

const asItIs = (format: Format): Format => format;

/** The file's own values. */
export function plainView(input: Input): View {
  const firstRecords = (): JsonRecord[] => input.samples.map(recordOf);
  return { where: '', probes: [input], firstRecords, dialectOf: asItIs, readerOf: asItIs };
}

/** An array that is one record, as against one for each item. */
export function listViews(input: Input): View[] {
  const { root } = input;
  if (!isArray(root)) return [];
  const whole = recordOf(root);
  const view: View = {
    where: 'one list',
    probes: [{ ...input, samples: [root] }],
    firstRecords: () => [whole],
    dialectOf: ({ id, title, detect, record, list }) => {
      const dialect: Format = { id, title, detect };
      if (record) dialect.record = record;
      if (list) dialect.list = list;
      return dialect;
    },
    readerOf: ({ id, title, detect, record }) => {
      const reader: Format = { id, title, detect };
      if (record) reader.read = (_, build) => record(build, whole);
      return reader;
    },
  };
  return [view];
}

function recordOf(value: JsonNode): JsonRecord {
  return { value, range: value };
}

/** The file's own values, set out as a dialect has them, where a program arranges them otherwise. */
export function* recastViews(input: Input): Iterable<View> {
  const place = setOut({ path: [], samples: input.samples });
  if (place.path.length > 0) yield recordView(input, place);
}

function setOut(place: Place): Place {
  const recast = recastOf(place.samples);
  if (!recast) return place;
  return { path: [...place.path, recast], samples: firstIn(place.samples, recast) };
}

/** The values that lie deeper in the file's own ones, level by level; each is looked for when it is wanted. */
export function* recordViews(input: Input): Iterable<View> {
  const seen = new Set<string>();
  let level: Place[] = [{ path: [], samples: input.samples }];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const next: Place[] = [];
    for (const { path, samples } of level) {
      for (const layer of layersOf(samples)) {
        const inner = firstIn(samples, layer);
        const places = placesOf(inner);
        // The only member of an object lies in it by name, too. What is expanded stays in its place.
        if (places === '' || (seen.has(places) && layer.where !== EXPANDED)) continue;
        if (!inner.some(holdsMessage) || (depth > 0 && isBare(inner))) continue;
        if (seen.size >= MOST_VIEWS) return;
        seen.add(places);
        const place = setOut({ path: [...path, layer], samples: inner });
        next.push(place);
        yield recordView(input, place);
      }
    }
    level = next;
  }
}

/** Values some layers deep, the first ones at the end of the path. */
interface Place {
  path: readonly Layer[];
  samples: JsonNode[];
}

/** No message is written in less: two names and two values. */
const SHORTEST = 20;

function holdsMessage({ start, end }: JsonNode): boolean {
  return end - start >= SHORTEST;
}

/** A single object without a list, a longer text, or objects in its objects: settings, counts. */
function isBare([only, another]: readonly JsonNode[]): boolean {
  if (!only || another || isArray(only)) return false;
  if (only.items.some((item) => isObject(item) && item.items.some(isObject))) return false;
  const { source, start, end } = only;
  return !/\[\s*[[{"\\]|\\n|\n[^\s"}\]]/.test(source.text.slice(start + 1, end));
}

/** Which values these are, as well as a sum over their places tells; blank where there are none. */
function placesOf(samples: readonly JsonNode[]): string {
  const [first] = samples;
  if (!first) return '';
  const sum = samples.reduce((last, { rawStart }) => Math.imul(last ^ rawStart, 0x01000193), 0);
  return `${first.source.depth}:${first.rawStart} ${samples.length} ${sum}`;
}

function firstIn(samples: readonly JsonNode[], { unwrap }: Layer): JsonNode[] {
  const found = new Samples();
  for (const value of samples) {
    for (const inner of unwrap(value)) if (found.add(inner.value)) return found.values;
  }
  return found.values;
}

/** What lies in a value at the end of a path; names and ids come from the last container that has one. */
function* along(outer: Inner, path: readonly Layer[], depth = 0): Iterable<Inner> {
  const layer = path[depth];
  if (!layer) {
    yield outer;
    return;
  }
  for (const { value, name } of layer.unwrap(outer.value)) {
    yield* along({ value, name: name ?? idOf(outer.value) ?? outer.name }, path, depth + 1);
  }
}

export function idOf(record: JsonNode): string | null {
  return str(getAny(record, 'id', 'task_id', 'instance_id', 'conversation_id', 'uuid'));
}

function recordView(input: Input, { path, samples }: Place): View {
  function* recordsIn(value: JsonNode): Iterable<JsonRecord> {
    for (const inner of along({ value, name: null }, path)) {
      const { rawStart: start, rawEnd: end } = inner.value;
      yield { ...inner, range: { start, end } };
    }
  }
  return {
    where: path.map(({ where }) => where).join(', '),
    probes: [seenAs(input, samples)],
    *firstRecords() {
      let left = FIRST_RECORDS;
      for (const value of input.samples) {
        for (const record of recordsIn(value)) {
          if (left-- === 0) return;
          yield record;
        }
      }
    },
    dialectOf: asItIs,
    readerOf: (format) => recordReader(format, recordsIn),
  };
}

/** A single list is a file's value for who looks at the root: an array of records, or of messages. */
function seenAs(input: Input, samples: JsonNode[]): Probe {
  const [only] = samples;
  const isList = samples.length === 1 && isArray(only ?? null);
  return { ...input, shape: isList ? 'json' : 'jsonl', root: isList ? only! : null, samples };
}

type RecordsIn = (value: JsonNode) => Iterable<JsonRecord>;

function* deeper(input: Input, recordsIn: RecordsIn): Iterable<JsonRecord> {
  for (const { value } of input.records()) yield* recordsIn(value);
}

/** The format's reader, for values that hold its records somewhere inside. */
function recordReader(format: Format, recordsIn: RecordsIn): Format {
  const { record, read } = format;
  const inner: Format = { id: format.id, title: format.title, detect: format.detect };
  // A reader that wants all records together also has to where they lie deeper.
  if (record && !read) {
    inner.record = (build, { value }) => {
      for (const one of recordsIn(value))
        readNamed(build, one, () => readRecord(record, build, one));
    };
  }
  if (read) {
    inner.read = (input, build) => {
      const samples = input.samples.flatMap((value) =>
        [...recordsIn(value)].map((one) => one.value),
      );
      read({ ...seenAs(input, samples), records: () => deeper(input, recordsIn) }, build);
    };
  }
  return inner;
}

/** A trajectory without an id of its own takes the name that its container gives it. */
function readNamed(build: Builder, { name }: JsonRecord, read: () => void): void {
  const known = build.trajectories;
  read();
  if (name != null && build.trajectories === known + 1) build.nameTrajectory(name);
}
