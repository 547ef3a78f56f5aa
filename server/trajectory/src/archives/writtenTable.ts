import type { Problem } from '@deepcoder/vocabulary';
import { decodeText } from '../encodings/decodeText.ts';
import { isJson } from '../json/isJson.ts';
import { readPython } from '../text/pythonLiteral.ts';
import { megabytes, Refusal } from './refusal.ts';

type Reader = (text: string) => Promise<string>;

/** What is told by its name alone, since any text could be one. */
const READERS: readonly [name: RegExp, read: Reader][] = [
  [/\.csv$/i, (text) => rowLines(text, delimiterOf(text))],
  [/\.tsv$/i, (text) => rowLines(text, '\t')],
  [/\.ya?ml$/i, documentLines],
];

interface Lines {
  text: string;
  /** Of the bytes; they stand at the beginning of the lines, which have other positions. */
  problems: Problem[];
}

/** The reader of tables and documents that are no JSON, by the file's name: they become JSON lines. */
export function writtenTable(fileName: string): ((bytes: Uint8Array) => Promise<Lines>) | null {
  const found = READERS.find(([name]) => name.test(fileName));
  if (!found) return null;
  const [, read] = found;
  return async (bytes) => {
    const decoded = decodeText(bytes);
    if ('refused' in decoded) throw new Refusal(decoded.refused);
    const problems = decoded.problems.map((one) => ({ ...one, start: 0, end: 0 }));
    return { text: await read(decoded.text), problems };
  };
}

/** Spreadsheets in some languages write semicolons. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r?\n/, 1);
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: head.split(mark).length }));
  return counts.sort((a, b) => b.count - a.count)[0]!.mark;
}

/** They are read in one go, of which a reader that answers others too must not be silent for long. */
const MOST_TABLE = 150_000_000;
const MOST_YAML = 30_000_000;

function limit({ length }: string, most: number, instead: string): void {
  if (length <= most) return;
  const size = `${megabytes(length)} MB, at most ${megabytes(most)} are read`;
  throw new Refusal(`it has ${size}; save it as ${instead}`);
}

async function rowLines(text: string, delimiter: string): Promise<string> {
  limit(text, MOST_TABLE, 'Parquet or JSON lines');
  const { CsvError, parse } = await import('csv-parse/sync');
  try {
    const rows = parse(text, {
      ...{ delimiter, bom: true, columns: true, skip_empty_lines: true },
      ...{ relax_column_count: true, relax_quotes: true },
    });
    return rows.map((row) => rowLine(row as Record<string, string>)).join('');
  } catch (error) {
    if (error instanceof CsvError) throw new Refusal(`its table is broken: ${error.message}`);
    throw error;
  }
}

function rowLine(row: Record<string, string>): string {
  const members = Object.entries(row).map(
    ([key, cell]) => `${JSON.stringify(key)}: ${cellJson(cell)}`,
  );
  return `{${members.join(', ')}}\n`;
}

/** Lists and objects as Python prints them, which pandas writes, become JSON; all else stays a string. */
function cellJson(cell: string): string {
  if (/^\s*[[{]/.test(cell) && !isJson(cell)) {
    const value = readPython(cell, 0, cell.length);
    if (value && cell.slice(value.end).trim() === '' && value.type !== 'call') return value.json;
  }
  return JSON.stringify(cell);
}

async function documentLines(text: string): Promise<string> {
  limit(text, MOST_YAML, 'JSON');
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(text, { merge: true, uniqueKeys: false });
  if ('empty' in documents) return '';
  const lines = documents.map((document) => {
    const [error] = document.errors;
    if (error) throw new Refusal(`its YAML is broken: ${firstLine(error.message)}`);
    return `${JSON.stringify(document.toJS({ maxAliasCount: 1000 }) ?? null)}\n`;
  });
  return lines.join('');
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.replace(/:$/, '');
}
