import { SIDECAR_SUFFIX } from '@deepcoder/trajectory';
import { URI } from 'vscode-uri';
import type { ServerContext } from '../context.ts';
import { TrackedDocument } from '../trackedDocument.ts';
import { AnnotationFiles } from './annotationFiles.ts';
import type { NearestConfigs } from './nearestConfig.ts';

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

const QUIET_MS = 300;

/** Configs are read again when one is edited, saved, or changed on the disk. */
export function followConfigs(
  { documents, onFilesChanged }: Pick<ServerContext, 'documents' | 'onFilesChanged'>,
  configs: NearestConfigs,
): void {
  let timer: NodeJS.Timeout | undefined;
  documents.onDidChangeContent(({ document }) => {
    if (!isYaml(document.uri)) return;
    clearTimeout(timer);
    timer = setTimeout(() => configs.forget(), QUIET_MS);
  });
  documents.onDidClose(({ document }) => {
    if (isYaml(document.uri)) configs.forget();
  });
  onFilesChanged((paths) => {
    if (paths.some(isYaml)) configs.forget();
  });
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}
