import { spanText, type ParseOptions, type StoredRecord } from '@deepcoder/trajectory';
import {
  indexCloseRequest,
  indexCompareRequest,
  indexFiltersRequest,
  indexOpenRequest,
  indexProgressNotification,
  indexRecordRequest,
  indexRowsRequest,
  indexSearchRequest,
  indexTextRequest,
} from '@deepcoder/server-protocol';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { compareRecords, withoutSame } from './compareRecords.ts';
import { FileIndexes, type IndexedFile } from './fileIndexes.ts';
import { factsOf, pageOfRows, suggestedFilters } from './recordRows.ts';
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
  onCustomRequest(connection, indexRowsRequest, ({ handle, from, count, record, ...choice }) =>
    pageOfRows(get(handle), { from, count, record, choice }, now),
  );
  onCustomRequest(connection, indexFiltersRequest, ({ handle }) => ({
    filters: suggestedFilters(get(handle)),
  }));
  onCustomRequest(connection, indexRecordRequest, async ({ handle, record, maxCharacters }) => {
    const own = get(handle);
    const stored = await files.record(own, record);
    return stored && viewOf(own, stored, { record, maxCharacters });
  });
  onCustomRequest(connection, indexCompareRequest, async ({ left, right, maxCharacters }) => {
    const [a, b] = [get(left.handle), get(right.handle)] as const;
    const first = await files.record(a, left.record);
    const second = await files.record(b, right.record);
    if (!first || !second) return null;
    const steps = compareRecords(first, second);
    return {
      left: await viewOf(a, first, { ...left, maxCharacters, isTextOnly: true }),
      right: withoutSame(
        await viewOf(b, second, { ...right, maxCharacters, isTextOnly: true }),
        steps,
      ),
      steps,
    };
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

function viewOf(
  own: IndexedFile,
  stored: StoredRecord,
  of: { record: number; maxCharacters: number; isTextOnly?: boolean },
) {
  return recordView(stored, { ...of, file: own.path, facts: factsOf(own, of.record) });
}
