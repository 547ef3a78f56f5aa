import { decodeText } from '../encodings/decodeText.ts';
import { readPython } from '../text/pythonLiteral.ts';
import { Refusal } from './refusal.ts';

type Reader = (text: string) => Promise<string>;

/** What is told by its name alone, since any text could be one. */
const READERS: readonly [name: RegExp, read: Reader][] = [
  [/\.csv$/i, (text) => rowLines(text, delimiterOf(text))],
  [/\.tsv$/i, (text) => rowLines(text, '\t')],
  [/\.ya?ml$/i, documentLines],
];

/** The reader of tables and documents that are no JSON, by the file's name: they become JSON lines. */
export function writtenTable(fileName: string): ((bytes: Uint8Array) => Promise<string>) | null {
  const found = READERS.find(([name]) => name.test(fileName));
  if (!found) return null;
  const [, read] = found;
  return (bytes) => {
    const decoded = decodeText(bytes);
    if ('refused' in decoded) throw new Refusal(decoded.refused);
    return read(decoded.text);
  };
}

/** Spreadsheets in some languages write semicolons. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r?\n/, 1);
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: head.split(mark).length }));
  return counts.sort((a, b) => b.count - a.count)[0]!.mark;
}

async function rowLines(text: string, delimiter: string): Promise<string> {
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Of YAML, which takes a second for a few megabytes. */
const MOST_YAML = 30_000_000;

async function documentLines(text: string): Promise<string> {
  if (text.length > MOST_YAML) throw new Refusal('it has more than 30 MB of YAML; save it as JSON');
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
