import { spanText, type ParseOptions } from '@deepcoder/trajectory';
import {
  indexCloseRequest,
  indexOpenRequest,
  indexProgressNotification,
  indexRecordRequest,
  indexRowsRequest,
  indexSearchRequest,
  indexTextRequest,
  type IndexRow,
} from '@deepcoder/server-protocol';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { FileIndexes, type IndexedFile } from './fileIndexes.ts';
import { recordView } from './recordView.ts';
import { searchFile } from './searchFile.ts';

/** How a file is read: in a format of this name, or as settings and configs say. */
export interface FormatChoice {
  named: (name: string) => ParseOptions | null;
  optionsOf: (file: string) => ParseOptions;
}

/** Random access to files of any size, for the inspector: these need not be open in an editor. */
export function registerFileIndex(context: ServerContext, formats: FormatChoice): void {
  const { connection, clock } = context;
  const now = (): number => clock.now();
  const files = new FileIndexes({
    now,
    onProgress: (state) =>
      void connection.sendNotification(indexProgressNotification.method, state),
    onError: (error) => connection.console.error(String(error)),
  });
  const get = (handle: number): IndexedFile => {
    const own = files.get(handle);
    if (own) return own;
    throw new ResponseError(ErrorCodes.InvalidParams, `no file is open under ${handle}`);
  };
  const optionsFor = (path: string, format: string | undefined): ParseOptions => {
    const byHand = format === undefined ? null : formats.named(format);
    return byHand ? { ...byHand, fileName: path } : formats.optionsOf(path);
  };
  context.onShutdown(() => files.closeAll());

  onCustomRequest(connection, indexOpenRequest, async ({ uri, format }) => {
    const { scheme, fsPath } = URI.parse(uri);
    if (scheme !== 'file') {
      throw new ResponseError(
        ErrorCodes.InvalidParams,
        `${uri}: only files on the disk are indexed`,
      );
    }
    try {
      return await files.add(uri, fsPath, optionsFor(fsPath, format));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ResponseError(ErrorCodes.InvalidParams, `${fsPath} cannot be read: ${why}`);
    }
  });
  onCustomRequest(connection, indexRowsRequest, ({ handle, from, count }) => {
    const own = get(handle);
    const total = own.parts.reduce((sum, { index }) => sum + index.entries.count, 0);
    return { total, rows: rowsOf(own, from, count) };
  });
  onCustomRequest(connection, indexRecordRequest, async ({ handle, record, maxCharacters }) => {
    const own = get(handle);
    const stored = await files.record(own, record);
    return stored && recordView(stored, { record, maxCharacters, file: own.path });
  });
  onCustomRequest(
    connection,
    indexTextRequest,
    async ({ handle, record, span, raw, from, length }) => {
      const stored = await files.record(get(handle), record);
      if (!stored) return { text: '', total: 0 };
      const { text, parsed } = stored;
      const at = parsed.spans[span];
      const whole = !at ? text : raw ? text.slice(at.start, at.end) : spanText(text, parsed, span);
      return { text: whole.slice(from, from + length), total: whole.length };
    },
  );
  onCustomRequest(connection, indexSearchRequest, ({ handle, ...search }, token) =>
    searchFile(get(handle), search, { token, now }),
  );
  onCustomRequest(connection, indexCloseRequest, async ({ handle }) => {
    await files.close(handle);
    return null;
  });
}

function rowsOf({ parts }: IndexedFile, from: number, count: number): IndexRow[] {
  const rows: IndexRow[] = [];
  let [record, first] = [0, 0];
  for (const { name, index } of parts) {
    const { entries } = index;
    const to = Math.min(entries.count, from + count - first);
    for (let row = 0; row < to; row += 1) {
      if (first + row >= from) {
        rows.push({
          record,
          records: entries.recordsIn(row),
          byte: entries.start(row),
          id: idIn(name, entries.id(row)),
          byKind: entries.kindCounts(row),
        });
      }
      record += entries.recordsIn(row);
    }
    first += entries.count;
    if (first >= from + count) break;
  }
  return rows;
}

/** With the file of an archive that the record is in. */
function idIn(name: string | null, id: string | null): string | null {
  if (name === null) return id;
  return id === null ? name : `${name}: ${id}`;
}
