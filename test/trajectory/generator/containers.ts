import { writeJson, type Json, type JsonObject, type JsonStyle } from './json.ts';
import type { Random } from './random.ts';

/** A written file. */
export interface Written {
  text: string;
  /** Only what begins from here on is compared: before it a record is cut. */
  from?: number;
  /** What the container does to texts. */
  map?: (text: string) => string;
}

interface Row<T> {
  name: string;
  /** Most trajectories that it can hold. */
  most: number;
  /** Several in one file must have been asked for. */
  least?: number;
  write: (trajectories: T[], random: Random) => Written;
}

/** `list`: the record's member that holds the messages. */
export interface RecordPart {
  value: Json;
  id: string;
  list: string | null;
}

export interface TextPart {
  text: string;
  cut: number;
  id: string;
  join: string | null;
}

const plain = (text: string): Written => ({ text });

const style = (random: Random): JsonStyle => random.pick([{}, { python: true }, { html: true }]);

const values = (parts: RecordPart[]): Json[] => parts.map(({ value }) => value);

function lines(list: Json[], random: Random, end = '\n'): string {
  const how = style(random);
  return list.map((value) => writeJson(value, how) + end).join('');
}

/** Columns that data sets have beside a trajectory. */
function extra(random: Random): JsonObject {
  const columns: [string, Json][] = [
    ['source', 'synthetic'],
    ['reward', 0.5],
    ['metadata', { model: 'm-1', temperature: 0.7, tags: ['a', 'b'] }],
    ['split', 'train'],
    ['num_turns', 4],
    ['resolved', true],
    ['notes', 'Checked by hand: fine.'],
    ['parent', null],
    ['labels', []],
    ['usage', { prompt_tokens: 12, completion_tokens: 3 }],
  ];
  return Object.fromEntries(random.shuffled(columns).slice(0, random.int(2, 6)));
}

function withColumns(value: Json, random: Random): Json {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return { ...extra(random), ...value, ...extra(random), ...value };
}

function under(key: string): (parts: RecordPart[], random: Random) => Written {
  return (parts, random) =>
    plain(
      writeJson(
        {
          version: 2,
          ...(random.chance(0.5) ? { meta: extra(random) } : {}),
          [key]: values(parts),
        },
        style(random),
      ),
    );
}

const byId = (parts: RecordPart[]): JsonObject =>
  Object.fromEntries(parts.map(({ id, value }) => [id, value]));

function cutHead(text: string, random: Random): Written {
  const end = text.indexOf('\n');
  const from = random.int(Math.floor(end / 3), Math.max(end - 3, 1));
  return { text: text.slice(from), from: end + 1 - from };
}

/** The first record's end is lost, and the line with it. */
function cutTail(text: string, random: Random): Written {
  const end = text.indexOf('\n');
  const at = random.int(Math.floor(end / 3), Math.max(end - 2, 1));
  return { text: text.slice(0, at) + text.slice(end), from: at + 1 };
}

const BANNER = [
  'Loading model from cache...\n',
  '2025-01-31 12:00:01 INFO run started\n\n',
  '=== results ===\n',
];

export const RECORD_CONTAINERS: readonly Row<RecordPart>[] = [
  {
    name: 'document',
    most: 1,
    write: ([one], random) => plain(writeJson(one!.value, style(random))),
  },
  {
    name: 'pretty document',
    most: 1,
    write: ([one], random) => plain(writeJson(one!.value, { indent: random.pick([1, 2, 4]) })),
  },
  {
    name: 'array',
    most: 3,
    write: (parts, random) => plain(writeJson(values(parts), style(random))),
  },
  {
    name: 'pretty array',
    most: 3,
    write: (parts) => plain(writeJson(values(parts), { indent: 2 })),
  },
  {
    name: 'lines',
    most: 3,
    least: 2,
    write: (parts, random) => plain(lines(values(parts), random)),
  },
  { name: 'one line', most: 1, write: (parts, random) => plain(lines(values(parts), random)) },
  {
    name: 'lines with CRLF',
    most: 3,
    least: 2,
    write: (parts, random) => plain(lines(values(parts), random, '\r\n')),
  },
  {
    name: 'byte order mark',
    most: 3,
    write: (parts, random) => plain(`\ufeff${lines(values(parts), random)}`),
  },
  {
    name: 'pretty values one after the other',
    most: 3,
    least: 2,
    write: (parts) =>
      plain(
        values(parts)
          .map((value) => writeJson(value, { indent: 2 }))
          .join('\n'),
      ),
  },
  {
    name: 'lines after a banner',
    most: 3,
    least: 2,
    write: (parts, random) => plain(random.pick(BANNER) + lines(values(parts), random)),
  },
  {
    name: 'lines, the first cut at its head',
    most: 3,
    least: 3,
    write: (parts, random) => cutHead(lines(values(parts), random), random),
  },
  {
    name: 'lines, the first cut at its end',
    most: 3,
    least: 3,
    write: (parts, random) => cutTail(lines(values(parts), random), random),
  },
  {
    name: 'lines with extra columns',
    most: 3,
    least: 2,
    write: (parts, random) =>
      plain(
        lines(
          values(parts).map((value) => withColumns(value, random)),
          random,
        ),
      ),
  },
  {
    name: 'document with extra columns',
    most: 1,
    write: ([one], random) => plain(writeJson(withColumns(one!.value, random), { indent: 2 })),
  },
  {
    name: 'shuffled keys',
    most: 2,
    write: (parts, random) => plain(writeJson(values(parts), { shuffle: random })),
  },
  {
    name: 'by id',
    most: 3,
    write: (parts, random) => plain(writeJson(byId(parts), style(random))),
  },
  {
    name: 'by id, one level down',
    most: 3,
    write: (parts, random) =>
      plain(
        writeJson(
          { version: '1', [random.pick(['runs', 'episodes', 'data'])]: byId(parts) },
          style(random),
        ),
      ),
  },
  ...['data', 'traj', 'trajectories', 'logs', 'conversations', 'items', 'results', 'Zq_7'].map(
    (key) => ({
      name: `list under ${key}`,
      most: 3,
      write: under(key),
    }),
  ),
  {
    name: 'record in a column',
    most: 3,
    write: (parts, random) => {
      const column = random.pick(['trajectory', 'sample', 'payload_0']);
      return plain(
        lines(
          parts.map(({ id, value }) => ({
            task: id,
            score: 1,
            [column]: value,
          })),
          random,
        ),
      );
    },
  },
  {
    name: 'record as a string in a column',
    most: 3,
    write: (parts, random) => {
      const column = random.pick(['trajectory', 'data', 'json']);
      return plain(
        lines(
          parts.map(({ id, value }) => ({
            uid: id,
            [column]: writeJson(value, style(random)),
          })),
          random,
        ),
      );
    },
  },
  {
    name: 'list as a string',
    most: 3,
    write: (parts, random) =>
      plain(
        lines(
          parts.map((part) => listAsString(part, random)),
          random,
        ),
      ),
  },
  {
    name: 'array of strings',
    most: 3,
    write: (parts, random) =>
      plain(
        writeJson(
          parts.map(({ value }) => writeJson(value, style(random))),
          style(random),
        ),
      ),
  },
];

function listAsString({ value, list, id }: RecordPart, random: Random): Json {
  if (list === null || Array.isArray(value) || typeof value !== 'object' || value === null)
    return { id, messages: writeJson(value, style(random)) };
  return { ...value, [list]: writeJson(value[list]!, style(random)) };
}

export const SESSION_CONTAINERS: readonly Row<JsonObject[]>[] = [
  { name: 'lines', most: 1, write: ([one], random) => plain(lines(one!, random)) },
  {
    name: 'lines without an end',
    most: 1,
    write: ([one], random) => plain(lines(one!, random).trimEnd()),
  },
  {
    name: 'lines with CRLF',
    most: 1,
    write: ([one], random) => plain(lines(one!, random, '\r\n')),
  },
  {
    name: 'byte order mark',
    most: 1,
    write: ([one], random) => plain(`\ufeff${lines(one!, random)}`),
  },
  {
    name: 'lines after a banner',
    most: 1,
    write: ([one], random) => plain(random.pick(BANNER) + lines(one!, random)),
  },
  {
    name: 'blank lines between',
    most: 1,
    write: ([one], random) => plain(lines(one!, random, '\n\n')),
  },
  { name: 'array', most: 1, write: ([one], random) => plain(writeJson(one!, style(random))) },
  { name: 'pretty array', most: 1, write: ([one]) => plain(writeJson(one!, { indent: 2 })) },
  {
    name: 'shuffled keys',
    most: 1,
    write: ([one], random) =>
      plain(one!.map((value) => `${writeJson(value, { shuffle: random })}\n`).join('')),
  },
  {
    name: 'extra keys',
    most: 1,
    write: ([one], random) =>
      plain(
        lines(
          one!.map((value) => ({ seq: 7, ...value, trace_flags: null })),
          random,
        ),
      ),
  },
  {
    name: 'list under events',
    most: 1,
    write: ([one], random) => plain(writeJson({ version: 1, events: one! }, style(random))),
  },
  {
    name: 'list under Zq_7',
    most: 1,
    write: ([one], random) => plain(writeJson({ version: 1, Zq_7: one! }, style(random))),
  },
];

const whole = (parts: TextPart[]): string =>
  parts.map(({ text }) => text).join(parts[0]!.join ?? '');

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

const head = ({ text, cut }: TextPart): string => text.slice(0, cut);
const tail = ({ text, cut }: TextPart): string => text.slice(cut);

export const TEXT_CONTAINERS: readonly Row<TextPart>[] = [
  { name: 'text', most: 1, write: (parts) => plain(whole(parts)) },
  { name: 'several in a text', most: 3, least: 2, write: (parts) => plain(whole(parts)) },
  { name: 'text with CRLF', most: 1, write: (parts) => ({ text: crlf(whole(parts)), map: crlf }) },
  { name: 'byte order mark', most: 1, write: (parts) => plain(`\ufeff${whole(parts)}`) },
  { name: 'blank lines around', most: 1, write: (parts) => plain(`\n\n${whole(parts)}\n\n`) },
  ...['text', 'trajectory', 'traj', 'prompt', 'content', 'Zq_7'].map((key) => ({
    name: `rows with ${key}`,
    most: 3,
    write: (parts: TextPart[], random: Random) =>
      plain(
        lines(
          parts.map(({ id, text }) => ({ id, [key]: text, ok: true })),
          random,
        ),
      ),
  })),
  {
    name: 'document with text',
    most: 1,
    write: ([one]) => plain(writeJson({ name: one!.id, text: one!.text }, { indent: 2 })),
  },
  ...(['prompt completion', 'input output', 'question response'] as const).map((keys) => ({
    name: `rows with ${keys}`,
    most: 3,
    write: (parts: TextPart[], random: Random) => {
      const [a, b] = keys.split(' ') as [string, string];
      return plain(
        lines(
          parts.map((part) => ({ [a]: head(part), [b]: tail(part) })),
          random,
        ),
      );
    },
  })),
  {
    name: 'strings by name',
    most: 3,
    write: (parts, random) =>
      plain(writeJson(Object.fromEntries(parts.map(({ id, text }) => [id, text])), style(random))),
  },
  {
    name: 'strings by name, one level down',
    most: 3,
    write: (parts, random) =>
      plain(
        writeJson(
          { version: 1, logs: Object.fromEntries(parts.map(({ id, text }) => [id, text])) },
          style(random),
        ),
      ),
  },
  {
    name: 'list of strings',
    most: 3,
    write: (parts, random) =>
      plain(
        writeJson(
          parts.map(({ text }) => text),
          style(random),
        ),
      ),
  },
  {
    name: 'list of strings under data',
    most: 3,
    write: (parts, random) =>
      plain(writeJson({ data: parts.map(({ text }) => text) }, style(random))),
  },
  {
    name: 'lines of strings',
    most: 3,
    least: 2,
    write: (parts, random) =>
      plain(
        lines(
          parts.map(({ text }) => text),
          random,
        ),
      ),
  },
];
