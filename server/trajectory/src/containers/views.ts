import { Builder } from '../build/builder.ts';
import { KIND_CODE } from '../build/marks.ts';
import {
  endList,
  textReaderOf,
  type Format,
  type Input,
  type JsonRecord,
  type Probe,
} from '../formats/format.ts';
import { isArray, str, getAny } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { plainSource } from '../text/ansi.ts';
import { plainSlice, type Source } from '../text/source.ts';
import type { LabelRules, Range } from '../types.ts';
import { EXPANDED, layersOf, type Inner, type Layer } from './layers.ts';
import { textPlaces, type RecordText, type TextPlace } from './texts.ts';

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

const SAMPLES = 20;
/** Enough of a text to tell formats apart. */
const HEAD = 1 << 18;
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
        const place = { path: [...path, layer], samples: inner };
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

/** A single object without a list or a longer text in it: settings, counts. */
function isBare([only, another]: readonly JsonNode[]): boolean {
  if (!only || another || isArray(only)) return false;
  const { source, start, end } = only;
  return !/\[\s*[[{"\\]|\\n|\n[^\s"}\]]/.test(source.text.slice(start + 1, end));
}

/** Which values these are; blank where there are none. */
function placesOf(samples: readonly JsonNode[]): string {
  return samples.map(({ source, start }) => `${source.depth}:${source.toRaw(start)}`).join(' ');
}

function firstIn(samples: readonly JsonNode[], { unwrap }: Layer): JsonNode[] {
  const found: JsonNode[] = [];
  for (const value of samples) {
    for (const inner of unwrap(value)) {
      found.push(inner.value);
      if (found.length === SAMPLES) return found;
    }
  }
  return found;
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

function idOf(record: JsonNode): string | null {
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
      for (const one of recordsIn(value)) readNamed(build, one, () => record(build, one));
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

/** Formats tell their texts by labels at the beginnings of lines, or by marks. */
const MAY_HAVE_TURNS = /[\n\r<[\]]/;

/** Texts in the strings of the records of a view. */
export function textViews(outer: View): View[] {
  const { probes } = outer;
  const samples = probes.flatMap((probe) => probe.samples);
  return textPlaces(samples).map((place) => {
    const texts = samples
      .flatMap((value) => place.textsOf(value))
      .filter(({ source }) => MAY_HAVE_TURNS.test(source.text))
      .slice(0, SAMPLES);
    return {
      where: [outer.where, place.where].filter((part) => part !== '').join(', '),
      probes: texts.map(({ source }) => textProbe(source, probes[0]!)),
      firstRecords: outer.firstRecords,
      dialectOf: (format) => textReader(format, place, probes[0]!),
      readerOf: outer.readerOf,
    };
  });
}

function textProbe(source: Source, { fileName, rules }: Pick<Probe, 'fileName' | 'rules'>): Probe {
  const plain = plainSource(source);
  return {
    ...{ source: plain, coloured: source, head: plain.text.slice(0, HEAD), fileName, rules },
    ...{ shape: 'text', root: null, samples: [], inString: true },
  };
}

/** A text format's reader for records that have its texts in their strings. */
function textReader(
  format: Format,
  place: TextPlace,
  file: Pick<Probe, 'fileName' | 'rules'>,
): Format {
  const { id, title, detect } = format;
  return {
    ...{ id, title, detect },
    record(build, { value, range }) {
      const texts = place.textsOf(value);
      const own = place.isChoice ? texts.filter((text) => isOfFormat(format, text, file)) : texts;
      for (const text of own) readText(build, format, { text, range, rules: file.rules });
      if (own.length === 1) build.nameTrajectory(own[0]!.name ?? idOf(value));
    },
  };
}

/** It is known as the format's, or too short for that but has an agent that acts in it. */
function isOfFormat(
  format: Format,
  text: RecordText,
  file: Pick<Probe, 'fileName' | 'rules'>,
): boolean {
  if (format.detect(textProbe(text.source, file)) !== null) return true;
  const build = new Builder();
  readText(build, format, { text, range: { start: 0, end: 0 }, rules: file.rules });
  return hasMarkOf(build, ACTION);
}

function readText(
  build: Builder,
  format: Format,
  { text, range, rules }: { text: RecordText; range: Range; rules: LabelRules | null },
): void {
  const { promptEnd, name, asked } = text;
  const source = format.readsColours === true ? text.source : plainSource(text.source);
  const end = source.text.length;
  const parts = promptEnd > 0 ? format.demonstrations?.(source.text, promptEnd) : null;
  const own = parts?.own ?? 0;
  if (parts && own > parts.first) {
    build.trajectory(range.start);
    build.outer('system', plainSlice(source, 0, parts.first));
    build.outer('other', plainSlice(source, parts.first, own));
  }
  const known = build.trajectories;
  if (asked) {
    build.trajectory(range.start);
    if (asked.system) build.outer('system', asked.system);
    build.outer('task');
    for (const slice of asked.task) build.put('task', slice);
  }
  textReaderOf(format)?.(build, source, { start: own, end }, rules);
  if (build.trajectories === known + 1) build.nameTrajectory(name);
  build.close(source.toRaw(end));
}

/**
 * Whether a dialect finds anything that the agent says in the first of the records; null where only reading
 * all of them could tell.
 */
export function findsAgent(
  { read, record, list }: Format,
  records: Iterable<JsonRecord>,
): boolean | null {
  if (read || !record) return null;
  const build = new Builder();
  let seen = 0;
  const found = (): boolean => {
    const from = seen;
    seen = build.marks.count;
    return hasMarkOf(build, AGENT, from);
  };
  for (const one of records) {
    const items = list?.of(one.value);
    if (list && items) {
      list.begin?.(build, one.value);
      for (let item = items.first; item; item = item.next) {
        list.item(build, item);
        if (found()) return true;
      }
      endList(list, build, one.value);
    } else record(build, one);
    if (found()) return true;
  }
  return false;
}

const ACTION = new Set([KIND_CODE.action]);
const AGENT = new Set([KIND_CODE.reasoning, KIND_CODE.action, KIND_CODE.answer]);

export function hasAgentMark(build: Builder): boolean {
  return hasMarkOf(build, AGENT);
}

function hasMarkOf({ marks }: Builder, kinds: ReadonlySet<number>, first = 0): boolean {
  for (let i = first; i < marks.count; i += 1) if (kinds.has(marks.kind(i))) return true;
  return false;
}
