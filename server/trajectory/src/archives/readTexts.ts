import type { Problem } from '@deepcoder/vocabulary';
import type { ByteReader } from '../byteReader.ts';
import { contentsOf, MOST_BYTES, type Content } from './contents.ts';
import { decodeText } from '../encodings/decodeText.ts';
import { megabytes } from './refusal.ts';
import type { RowGroups } from './rowGroups.ts';

/**
 * A text of a file: its own, or that of a file in an archive, which `name` says. Positions count in it.
 * `problems` are of its bytes.
 */
export type FileText = { name: string | null; fileName: string } & (
  { text: string; problems: Problem[] } | { refused: string }
);

/** The texts of a trajectory file, one after the other; those that are packed are never all in memory. */
export async function* readTexts(
  file: ByteReader,
  fileName: string,
  mostBytes = MOST_BYTES,
): AsyncGenerator<FileText> {
  for await (const content of contentsOf(file, fileName, mostBytes)) {
    if (content.kind === 'rows') yield* rowTexts(content, content.table);
    else yield await textOf(content, { file, mostBytes });
  }
}

type Plain = Exclude<Content, { kind: 'rows' }>;

async function textOf(
  content: Plain,
  { file, mostBytes }: { file: ByteReader; mostBytes: number },
): Promise<FileText> {
  const { name, fileName } = content;
  if (content.kind === 'refused') return { name, fileName, refused: content.reason };
  if (content.kind === 'text') return whole(content, content);
  if (content.kind === 'file' && file.size > mostBytes) {
    const size = `${megabytes(file.size)} MB, at most ${megabytes(mostBytes)} are read`;
    return { name, fileName, refused: `it has ${size}; cut it up` };
  }
  const bytes = content.kind === 'bytes' ? content.bytes : await file.read(0, file.size);
  const decoded = decodeText(bytes);
  if ('refused' in decoded) return { name, fileName, refused: decoded.refused };
  return whole({ name, fileName, isCut: content.kind === 'bytes' && content.isCut }, decoded);
}

function whole(
  { name, fileName, isCut }: { name: string | null; fileName: string; isCut: boolean },
  { text, problems }: { text: string; problems: Problem[] },
): FileText {
  return { name, fileName, text, problems: isCut ? [...problems, cutShort(text)] : problems };
}

function cutShort({ length }: string): Problem {
  const message = 'The packed file is cut short: what is there is read.';
  return { code: 'cut-archive', message, start: length, end: length, severity: 'warning' };
}

/** Longer ones are parted between row groups. */
const PART_CHARACTERS = 200_000_000;

/** Of a table: its rows as JSON lines. */
async function* rowTexts({ name, fileName }: Content, table: RowGroups): AsyncGenerator<FileText> {
  let parts: string[] = [];
  let [length, first, row] = [0, 0, 0];
  const taken = (): FileText => {
    const rows = first === 0 && row === rowsOf(table) ? null : `rows ${first + 1} to ${row}`;
    const text = parts.join('');
    [parts, length, first] = [[], 0, row];
    return { name: joinNames(name, rows), fileName, text, problems: [] };
  };
  try {
    for (let group = 0; group < table.groups.length; group += 1) {
      for (const line of await table.readGroup(group)) {
        if (length + line.length > PART_CHARACTERS && length > 0) yield taken();
        parts.push(line, '\n');
        length += line.length + 1;
        row += 1;
      }
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (length > 0) yield taken();
    yield { name, fileName, refused: `its row group behind row ${row} cannot be read: ${why}` };
    return;
  }
  if (length > 0 || first === 0) yield taken();
}

function rowsOf({ groups }: RowGroups): number {
  return groups.reduce((sum, { rows }) => sum + rows, 0);
}

function joinNames(name: string | null, rows: string | null): string | null {
  if (rows === null) return name;
  return name === null ? rows : `${name}!${rows}`;
}
