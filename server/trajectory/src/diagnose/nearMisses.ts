import { distance } from 'fastest-levenshtein';
import type { Problem, Range } from '@deepcoder/vocabulary';
import { isArray, isObject, keyName } from '../json/jsonNode.ts';
import type { JsonNode } from '../json/jsonTree.ts';
import { scanJson } from '../json/scanJson.ts';
import { fileSource } from '../text/source.ts';
import type { Parsed } from '../types.ts';
import { readLabels } from './labelProblems.ts';

/** A label or key that was hardly meant as it is written; its text counts to what stands before it. */
export interface NearMiss extends Range {
  written: string;
  meant: string;
}

/** A longer text is looked at record by record, as an editor does. */
const MOST_CHARACTERS = 2_000_000;

/** Mistyped labels of labelled text, and mistyped keys of JSON. */
export function nearMisses(text: string, parsed: Parsed): NearMiss[] {
  if (text.length > MOST_CHARACTERS) return [];
  return /^\s*[[{]/.test(text) ? nearKeys(text) : nearLabels(text, parsed);
}

export function nearMissProblems(text: string, parsed: Parsed): Problem[] {
  return nearMisses(text, parsed).map(({ written, meant, start, end }) => ({
    code: 'near-miss',
    message: `\`${written}\` is read as text: did you mean \`${meant}\`?`,
    severity: 'warning',
    start,
    end,
  }));
}

const LABELS = ['Thought', 'Action', 'Observation', 'Final Answer', 'Question'];

/** A line that begins as a label does: a word or two, perhaps a number, a colon. */
const LABEL_LIKE =
  /^[ \t]*[*_]{0,3}(\p{Lu}\p{L}{3,13}(?: \p{L}{3,9})?)(?:[ \t]+#?\d+)?[*_]{0,3}[ \t]*:/gmu;

function nearLabels(text: string, parsed: Parsed): NearMiss[] {
  const labels = readLabels(text, parsed);
  // In prose without labels such a line is only a line.
  if (labels.length < 2) return [];
  const names = [...new Set([...labels.map(({ name }) => name), ...LABELS])];
  const taken = new Set(labels.map(({ end }) => end));
  const found: NearMiss[] = [];
  for (const match of text.matchAll(LABEL_LIKE)) {
    const written = match[1]!;
    const start = match.index + match[0].indexOf(written);
    const isLabel = taken.has(match.index + match[0].length) || names.includes(written);
    const meant = isLabel ? undefined : names.find((name) => isNear(written, name));
    if (meant !== undefined) found.push({ written, meant, start, end: start + written.length });
  }
  return found;
}

/** What lists of messages are called in most formats. */
const LISTS = ['messages', 'conversations', 'trajectory', 'history'];

function nearKeys(text: string): NearMiss[] {
  const source = fileSource(text);
  const found: NearMiss[] = [];
  for (let at = 0; at < text.length;) {
    const { value, end, error } = scanJson(source, at);
    if (error !== null || value === null || end <= at) break;
    inRecord(value, found);
    inValue(value, found);
    at = end;
    while (at < text.length && /\s/.test(text[at]!)) at += 1;
  }
  return found;
}

/** A record whose list of messages has nearly the name of one. */
function inRecord(record: JsonNode, found: NearMiss[]): void {
  if (!isObject(record)) return;
  const names = record.items.map((member) => keyName(record, member));
  if (names.some((name) => LISTS.includes(name))) return;
  record.items.forEach((member, i) => {
    if (!isArray(member) || !isObject(member.first)) return;
    const meant = LISTS.find((name) => isNear(names[i]!, name));
    if (meant !== undefined) found.push(missAt(member, names[i]!, meant));
  });
}

function inValue(value: JsonNode, found: NearMiss[]): void {
  if (isArray(value)) amongSiblings(value.items.filter(isObject), found);
  for (const item of value.items) inValue(item, found);
}

/** Share of the others that have a key which one of them has nearly. */
const COMMON = 0.6;

/** An object that lacks what nearly all others of its list have, and has nearly that. */
function amongSiblings(objects: readonly JsonNode[], found: NearMiss[]): void {
  if (objects.length < 3) return;
  const keys = objects.map((object) => object.items.map((member) => keyName(object, member)));
  const counts = new Map<string, number>();
  for (const name of keys.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const common = [...counts].flatMap(([name, count]) =>
    count >= COMMON * (objects.length - 1) && count > 1 ? [name] : [],
  );
  objects.forEach((object, i) => {
    const own = keys[i]!;
    const lacking = common.filter((name) => !own.includes(name));
    if (lacking.length === 0) return;
    object.items.forEach((member, j) => {
      const written = own[j]!;
      if (counts.get(written) !== 1) return;
      const meant = lacking.find((name) => isNear(written, name));
      if (meant !== undefined) found.push(missAt(member, written, meant));
    });
  });
}

function missAt({ source, keyStart, keyEnd }: JsonNode, written: string, meant: string): NearMiss {
  return { written, meant, start: source.toRaw(keyStart), end: source.toRaw(keyEnd) };
}

const LONG = 7;

/** One letter too many, too few, another or swapped; two in a long word. Plurals are other words. */
function isNear(written: string, meant: string): boolean {
  if (meant.length < 4 || written[0]?.toLowerCase() !== meant[0]?.toLowerCase()) return false;
  if (`${written}s` === meant || `${meant}s` === written) return false;
  const far = distance(written.toLowerCase(), meant.toLowerCase());
  const isSwap = far === 2 && sorted(written) === sorted(meant);
  return far > 0 && far <= (meant.length >= LONG || isSwap ? 2 : 1);
}

function sorted(word: string): string {
  return Array.from(word.toLowerCase()).sort().join('');
}
