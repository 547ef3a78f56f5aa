import { relabelRequest, removeAnnotationRequest } from '@deepcoder/server-protocol';
import { URI } from 'vscode-uri';
import type { z } from 'zod';
import type { ServerContext } from '../../lsp/context.ts';
import { onCustomRequest } from '../../lsp/onCustomRequest.ts';
import { TrackedDocument } from '../document/trackedDocument.ts';
import { RELABEL_COMMAND } from '../features/codeAction.ts';
import type { AnnotationFiles } from './annotationFiles.ts';
import { relabelling } from './relabel.ts';

type Params = z.output<typeof relabelRequest.params>;
type Result = z.output<typeof relabelRequest.result>;

/** Relabels by request and by command, through the client's edit or into the sidecar. */
export function serveRelabelling(context: ServerContext, files: AnnotationFiles): void {
  const { connection, documents } = context;
  const nothing = (message: string): Result => ({ done: 'nothing', message, sidecarUri: null });
  const relabel = async ({ uri, range, kind }: Params): Promise<Result> => {
    const document = documents.get(uri);
    if (!(document instanceof TrackedDocument)) return nothing('This document is not open.');
    const what = relabelling(document, range, kind);
    if (what.how === 'nothing') return nothing(what.message);
    if (what.how === 'edit') {
      const edit = { changes: { [uri]: what.edits } };
      const { applied, failureReason } = await connection.workspace.applyEdit(edit);
      if (!applied) return nothing(failureReason ?? 'The editor did not take the edit.');
      return { done: 'edit', message: '', sidecarUri: null };
    }
    const file = await files.add(document, what, kind);
    if (file === null) return nothing('Save the file first: annotations are kept beside it.');
    return { done: 'sidecar', message: '', sidecarUri: URI.file(file).toString() };
  };
  onCustomRequest(connection, relabelRequest, relabel);
  onCustomRequest(connection, removeAnnotationRequest, async ({ uri, range }) => {
    const document = documents.get(uri);
    if (!(document instanceof TrackedDocument)) return { removed: 0 };
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return { removed: await files.remove(document, { start, end }) };
  });
  context.addCommand(RELABEL_COMMAND, async ([argument]) => {
    const params = relabelRequest.params.parse(argument);
    const { done, message } = await relabel(params);
    if (done === 'nothing') connection.window.showInformationMessage(message);
  });
}
