import { stat } from 'node:fs/promises';
import { URI } from 'vscode-uri';
import { readPartTexts } from '../../largeFiles/openFile.ts';
import type { ServerContext } from '../../lsp/context.ts';
import { fileOf } from '../document/documents.ts';
import { TrackedDocument } from '../document/trackedDocument.ts';
import type { Formats } from '../formats/formats.ts';

/** No editor has a larger text. */
const MOST_BYTES = 50_000_000;

/** Documents that are open, and the last file that was read beside them, as the inspector shows it. */
export class ReadFiles {
  private last: { stamp: string; document: TrackedDocument } | null = null;

  constructor(
    private readonly documents: ServerContext['documents'],
    private readonly formats: Formats,
  ) {}

  /** The document, or in a sentence why there is none. */
  async of(uri: string): Promise<TrackedDocument | string> {
    const open = this.documents.get(uri);
    if (open instanceof TrackedDocument) return open;
    const { scheme, fsPath } = URI.parse(uri);
    if (open !== undefined || scheme !== 'file') return 'This document is not open.';
    try {
      const { size, mtimeMs } = await stat(fsPath);
      const stamp = `${uri} ${size} ${mtimeMs}`;
      if (this.last?.stamp === stamp) return this.last.document;
      const texts = await readPartTexts(fsPath, MOST_BYTES);
      if (!texts)
        return `This file has ${Math.round(size / 1e6)} MB; tokens are shown up to 50 MB.`;
      const [only, more] = texts;
      if (more) return 'This is an archive of several files; tokens are shown of one by itself.';
      const { text } = only!;
      const options = this.formats.optionsOf(fileOf(uri));
      const document = new TrackedDocument(uri, '', { version: 0, text }, options);
      this.last = { stamp, document };
      return document;
    } catch (error) {
      return `${fsPath} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
