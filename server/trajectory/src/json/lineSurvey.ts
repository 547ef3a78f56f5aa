import { Lines } from '../text/lines.ts';
import type { Source } from '../text/source.ts';
import { isBlank } from './blanks.ts';
import type { JsonNode } from './jsonTree.ts';
import { JsonScanner } from './scanJson.ts';

const OPEN_OBJECT = 123;
const OPEN_ARRAY = 91;
const QUOTE = 34;

/** Whether a text that begins with something else is JSON lines behind it: a shell's word, a cut record. */
export function hasJsonLines(source: Source): boolean {
  const seen = survey(source);
  if (isMostlyRecords(seen)) return true;
  const { records, others, isLeadIn, endsInLabel } = seen;
  if (!isLeadIn || endsInLabel) return false;
  return records > 1 ? others <= MOST_LEAD_IN : records === 1 && others <= 2 && seen.isAll;
}

interface Survey {
  records: number;
  others: number;
  /** No other line comes behind a record. */
  isLeadIn: boolean;
  /** The line before the first record introduces it, as texts do. */
  endsInLabel: boolean;
  isAll: boolean;
}

const LOOKED_AT = 60;
const CHARACTERS = 1 << 21;
const MOST_LEAD_IN = 20;

export function isMostlyRecords({ records, others, endsInLabel }: Survey): boolean {
  return records > 1 && records >= 2 * others && !endsInLabel;
}

/** What the first lines are. */
export function survey(source: Source): Survey {
  const { text } = source;
  const lines = new Lines(text.slice(0, CHARACTERS));
  const scanner = new JsonScanner(source);
  const seen: Survey = { records: 0, others: 0, isLeadIn: true, endsInLabel: false, isAll: true };
  let isLabel = false;
  while (lines.advance()) {
    if (isBlank(text, lines.start, lines.end)) continue;
    if (seen.records + seen.others === LOOKED_AT) return { ...seen, isAll: false };
    const mayBeString = seen.others === 0;
    if (isRecordLine(scanner, lines) || (mayBeString && isStringLine(scanner, lines))) {
      if (seen.records === 0) seen.endsInLabel = isLabel;
      seen.records += 1;
    } else {
      if (seen.records > 0) seen.isLeadIn = false;
      seen.others += 1;
      isLabel = text[lines.end - 1] === ':' && !isCutRecord(lines);
    }
  }
  return { ...seen, isAll: text.length <= CHARACTERS };
}

/** A record that is cut may end in a colon as well. */
function isCutRecord({ text, start, end }: Lines): boolean {
  return /^\[?\s*\{\s*"/.test(text.slice(start, Math.min(end, start + 20)));
}

/** An object, or a list of them. */
export function isRecordLine(scanner: JsonScanner, line: Lines): boolean {
  const code = line.text.charCodeAt(line.start);
  if (code !== OPEN_OBJECT && code !== OPEN_ARRAY) return false;
  const first = wholeValue(scanner, line)?.first;
  return code === OPEN_OBJECT ? first != null : first?.type === 'object';
}

/** A string, which may hold a record or a text; a text's own lines can look like one, but not from its first on. */
function isStringLine(scanner: JsonScanner, line: Lines): boolean {
  return line.text.charCodeAt(line.start) === QUOTE && wholeValue(scanner, line) !== null;
}

function wholeValue(scanner: JsonScanner, { text, start, end }: Lines): JsonNode | null {
  const { value, error, end: stop } = scanner.scan(start, end);
  return !error && isBlank(text, stop, end) ? value : null;
}
