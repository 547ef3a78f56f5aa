import {
  firstItems,
  get,
  getAny,
  inside,
  isArray,
  isObject,
  isString,
  itemsOf,
  keyNames,
} from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { memberNames } from './memberNames.ts';
import { beginningOf } from '../text/beginning.ts';
import { joinedSource } from '../text/joinedSource.ts';
import { decodedSource, type Slice, type Source } from '../text/source.ts';
import { trim } from '../text/trim.ts';

/** A text that stands in one or several strings of a record. */
export interface RecordText {
  source: Source;
  name: string | null;
  /** How much of it is a prompt, whose examples are not the agent's. */
  promptEnd: number;
  /** What asks for it, in columns of its own and without any marks. */
  asked?: { system: Slice | null; task: Slice[] };
}

/** Where in a record texts stand. */
export interface TextPlace {
  where: string;
  /** Several texts of a record, of which only those count that read as the format. */
  isChoice: boolean;
  textsOf: (record: JsonNode) => RecordText[];
}

const PROMPTS = ['prompt', 'input', 'instruction', 'question', 'context', 'query', 'source'];
const COMPLETIONS = [
  ...['completion', 'output', 'response', 'chosen', 'answer', 'generation', 'target', 'trajectory'],
  'solution',
];
const TEXTS = [
  ...['text', 'trajectory', 'traj', 'transcript', 'conversation', 'log', 'logs', 'output'],
  ...['completion', 'response', 'content', 'chosen', 'messages', 'prompt', 'input'],
];
const QUESTIONS = ['instruction', 'prompt', 'question', 'query', 'problem', 'task', 'input'];
/** What the agent should not say: the other half of a preference. */
const REJECTED: ReadonlySet<string> = new Set(['rejected', 'rejected_response', 'chosen_rejected']);
/** A column is text where it is at least this long in some record. */
const SHORTEST = 16;
const MOST_KEYS = 16;

export function textPlaces(samples: readonly JsonNode[]): TextPlace[] {
  const places: TextPlace[] = [];
  for (const key of COMPLETIONS) {
    if (!samples.some((record) => isAsked(record, key))) continue;
    places.push({
      where: `asked for in columns, \`${key}\``,
      isChoice: false,
      textsOf: (record) => askedText(record, key),
    });
  }
  for (const [prompt, completion] of pairs(samples)) {
    places.push({
      where: `in \`${prompt}\` and \`${completion}\``,
      isChoice: false,
      textsOf: (record) => pairText(record, prompt, completion),
    });
  }
  if (samples.length === 1 && isObject(samples[0]!)) {
    places.push({ where: 'in strings by name', isChoice: true, textsOf: namedTexts });
  }
  for (const key of textKeys(samples)) {
    const prefix = commonPrefix(samples.map((record) => get(record, key)).filter(isString));
    places.push({
      where: `in \`${key}\``,
      isChoice: false,
      textsOf: (record) => stringText(get(record, key), prefix),
    });
  }
  for (const key of listKeys(samples)) {
    const of = (record: JsonNode): JsonNode | null => get(record, key);
    places.push({ where: `in \`${key}[]\``, isChoice: true, textsOf: (r) => listTexts(of(r)) });
    if (!samples.some((record) => hasSeveral(of(record)))) continue;
    places.push({ where: `in \`${key}[]\``, isChoice: false, textsOf: (r) => listText(of(r)) });
  }
  if (samples.some((record) => segmentsOf(record).length > 0)) {
    places.push({ where: 'in `segments[].text`', isChoice: false, textsOf: segmentText });
  }
  if (samples.some(isString)) {
    const prefix = commonPrefix(samples.filter(isString));
    const textsOf = (record: JsonNode): RecordText[] => stringText(record, prefix);
    places.push({ where: 'in strings', isChoice: false, textsOf });
  }
  if (samples.some(isStringList)) {
    places.push({ where: 'in lists of strings', isChoice: true, textsOf: listTexts });
    if (samples.some(hasSeveral))
      places.push({ where: 'in lists of strings', isChoice: false, textsOf: listText });
  }
  return places;
}

function pairs(samples: readonly JsonNode[]): [string, string][] {
  const has = (key: string): boolean => samples.some((record) => isString(get(record, key)));
  const [prompts, completions] = [PROMPTS.filter(has), COMPLETIONS.filter(has)];
  const found = prompts.flatMap((prompt) =>
    completions.map((completion): [string, string] => [prompt, completion]),
  );
  return has('system') && has('chat') ? [['system', 'chat'], ...found] : found;
}

function pairText(record: JsonNode, prompt: string, completion: string): RecordText[] {
  const [first, second] = [get(record, prompt), get(record, completion)];
  if (!isString(first) || !isString(second)) return [];
  const slice = inside(first);
  // Glaive's columns are texts of their own, the others one that was cut in two.
  const separator = completion === 'chat' ? '\n' : '';
  const source = joinedSource([slice, inside(second)], separator);
  const promptEnd = slice.start < slice.end ? source.partEnd!(0) - separator.length : 0;
  return [{ source, name: null, promptEnd }];
}

/** What a run by itself begins with, and what a prompt has that the run goes on from. */
const RUN = /^\s*(?:<\w+>|Thought(?: \d+)?:)/;
const PROMPTED =
  /<\|?\w+\|?>|\[INST\]|^(?:system|user|assistant)$|^[ \t]*(?:>|#{0,4} ?[A-Z][A-Za-z ]{0,20}(?: \d+)?:)/m;

function isAsked(record: JsonNode, completion: string): boolean {
  const node = get(record, completion);
  if (!isString(node) || !RUN.test(beginningOf(inside(node)))) return false;
  const questions = questionsOf(record, completion);
  return questions.length > 0 && !questions.some((q) => PROMPTED.test(decodedSource(q).text));
}

/** Alpaca's rows have an instruction and what it is about; others one question. */
function questionsOf(record: JsonNode, completion: string): Slice[] {
  const keys = QUESTIONS.filter((key) => {
    const node = get(record, key);
    return key !== completion && isString(node) && trim(inside(node)) !== null;
  });
  const [first] = keys;
  const about = keys.find((key) => key === 'input' || key === 'question' || key === 'query');
  const both = first === 'instruction' && about !== undefined ? [first, about] : [first];
  return both.flatMap((key) => {
    const node = key === undefined ? null : get(record, key);
    return isString(node) ? [inside(node)] : [];
  });
}

function askedText(record: JsonNode, completion: string): RecordText[] {
  const task = questionsOf(record, completion);
  const system = getAny(record, 'system', 'system_prompt');
  const asked = { system: isString(system) ? inside(system) : null, task };
  return stringText(get(record, completion), '').map((text) => ({ ...text, asked }));
}

/** What every one of several records begins with is their prompt. */
function stringText(node: JsonNode | null, prefix: string): RecordText[] {
  if (!isString(node)) return [];
  const source = decodedSource(inside(node));
  const isPrompted = prefix !== '' && source.text.startsWith(prefix);
  return [{ source, name: null, promptEnd: isPrompted ? prefix.length : 0 }];
}

function namedTexts(record: JsonNode): RecordText[] {
  if (!isObject(record)) return [];
  const names = keyNames(record);
  return record.items.flatMap((item, i) => {
    const name = names[i]!;
    return REJECTED.has(name) ? [] : stringText(item, '').map((text) => ({ ...text, name }));
  });
}

function listTexts(list: JsonNode | null): RecordText[] {
  return isArray(list) ? list.items.flatMap((item) => stringText(item, '')) : [];
}

/** A list of one string is the same text, whether its strings are texts or parts of one. */
function hasSeveral(list: JsonNode | null): boolean {
  return isArray(list) && list.first?.next != null;
}

function listText(list: JsonNode | null): RecordText[] {
  const strings = isArray(list) ? list.items.filter(isString) : [];
  if (strings.length === 0) return [];
  return [{ source: joinedSource(strings.map(inside), '\n'), name: null, promptEnd: 0 }];
}

/** Axolotl's rows give a text in pieces, of which some are learnt. */
function segmentsOf(record: JsonNode): (JsonNode & { type: 'string' })[] {
  return itemsOf(get(record, 'segments')).flatMap((item) => {
    const text = get(item, 'text');
    return isString(text) ? [text] : [];
  });
}

function segmentText(record: JsonNode): RecordText[] {
  const segments = segmentsOf(record);
  if (segments.length === 0) return [];
  return [{ source: joinedSource(segments.map(inside), ''), name: null, promptEnd: 0 }];
}

function textKeys(samples: readonly JsonNode[]): string[] {
  return keysWhere(samples, (item) => isString(item) && mayHaveTurns(item));
}

/** As it is written in JSON: a line break, or what marks have. */
const BREAK_OR_MARK = /[\n\r<[\]]|\\[nru]/;

function mayHaveTurns({ source, start, end }: JsonNode): boolean {
  return end - start > SHORTEST && BREAK_OR_MARK.test(source.text.slice(start, end));
}

function listKeys(samples: readonly JsonNode[]): string[] {
  return keysWhere(samples, isStringList);
}

function isStringList(node: JsonNode): boolean {
  return isArray(node) && node.first !== null && firstItems(node).every(isString);
}

function keysWhere(samples: readonly JsonNode[], holds: (item: JsonNode) => boolean): string[] {
  const names = memberNames(samples, holds, TEXTS).filter((name) => !REJECTED.has(name));
  return names.slice(0, MOST_KEYS);
}

function beginsAlike(a: JsonNode, b: JsonNode): boolean {
  return a.source.text[a.start + 1] === b.source.text[b.start + 1];
}

function commonPrefix(strings: readonly JsonNode[]): string {
  if (strings.length < 2 || strings.some((node) => !beginsAlike(node, strings[0]!))) return '';
  const texts = strings.map((node) => decodedSource(inside(node)).text);
  const [first] = texts as [string, ...string[]];
  let length = first.length;
  for (const text of texts.slice(1)) {
    let same = 0;
    while (same < length && same < text.length && text[same] === first[same]) same += 1;
    length = same;
  }
  // The same record twice says nothing about prompts.
  return texts.some((text) => text.length === length) ? '' : first.slice(0, length);
}
