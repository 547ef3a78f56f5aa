import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';

/** Texts that are shown and not kept: nobody is asked to save them. */
export interface ShownTexts extends Disposer {
  /** Where a text of that name stands from now on; one of the same name is replaced. */
  uriOf(name: string, text: string): vscode.Uri;
}

const SCHEME = 'deepcoder-text';

export function createShownTexts(): ShownTexts {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? '',
  });
  return {
    uriOf(name, text) {
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
      texts.set(uri.path, text);
      changed.fire(uri);
      return uri;
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}
