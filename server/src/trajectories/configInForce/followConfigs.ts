import type { ServerContext } from '../../lsp/context.ts';
import type { NearestConfigs } from './nearestConfig.ts';

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
