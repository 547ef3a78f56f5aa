import { SIDECAR_SUFFIX } from '@deepcoder/trajectory';
import { URI } from 'vscode-uri';
import type { ServerContext } from '../../lsp/context.ts';
import { TrackedDocument } from '../document/trackedDocument.ts';
import { AnnotationFiles } from './annotationFiles.ts';

/** Hand annotations come with their document, are saved with it, and are read again when they change. */
export function followAnnotations(context: ServerContext, onChange: () => void): AnnotationFiles {
  const { documents, connection } = context;
  const files = new AnnotationFiles(onChange);
  const warn = (error: unknown): void => connection.console.warn(String(error));
  documents.onDidOpen(({ document }) => {
    if (document instanceof TrackedDocument) files.load(document).catch(warn);
  });
  documents.onDidSave(({ document }) => {
    if (document instanceof TrackedDocument) files.save(document).catch(warn);
  });
  documents.onDidClose(({ document }) => files.close(document.uri));
  context.onFilesChanged((paths) => {
    for (const path of paths.filter((one) => one.endsWith(SIDECAR_SUFFIX))) {
      const uri = URI.file(path.slice(0, -SIDECAR_SUFFIX.length)).toString();
      const document = documents.get(uri);
      if (document instanceof TrackedDocument) files.load(document).catch(warn);
    }
  });
  return files;
}
