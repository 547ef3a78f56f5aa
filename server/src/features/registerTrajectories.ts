import type { ServerContext } from '../context.ts';

/** Everything about trajectory files: the editor's features, and the index of large files. */
export function registerTrajectories(context: ServerContext): void {
  context.addLanguage({
    handles: () => false,
  });
}
