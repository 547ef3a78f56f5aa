import type { ParseOptions } from '@deepcoder/trajectory';
import {
  indexCloseRequest,
  indexFiltersRequest,
  indexOpenRequest,
  indexProgressNotification,
  indexRowsRequest,
  indexSearchRequest,
} from '@deepcoder/server-protocol';
import { ErrorCodes, ResponseError } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { ServerContext } from '../lsp/context.ts';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { FileIndexes, type IndexedFile } from './fileIndexes.ts';
import { pageOfRows, suggestedFilters } from './recordRows.ts';
import { registerRecords } from './registerRecords.ts';
import { searchFile } from './searchFile.ts';

/** How a file is read: in a format of this name, or as settings and configs say. */
export interface FormatChoice {
  named: (name: string) => ParseOptions | null;
  optionsOf: (file: string) => ParseOptions;
}

/** Random access to files of any size, for the inspector: these need not be open in an editor. */
export function registerFileIndex(
  context: ServerContext,
  { formats, script }: { formats: FormatChoice; script: URL },
): void {
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
  registerRecords(connection, { get, read: (own, record) => files.record(own, record), script });
  onCustomRequest(connection, indexSearchRequest, ({ handle, ...search }, token) =>
    searchFile(get(handle), search, { token, now }),
  );
  onCustomRequest(connection, indexCloseRequest, async ({ handle }) => {
    await files.close(handle);
    return null;
  });
}
