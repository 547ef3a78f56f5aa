import * as vscode from 'vscode';
import type { PlainTrajectories } from './plainTrajectories.ts';
import type { Verdicts } from './verdicts.ts';

/** Tells menus which files were found to be trajectories, whatever their names: `resourcePath in ...`. */
export function tellTrajectoryPaths(
  verdicts: Verdicts,
  plain: PlainTrajectories,
): vscode.Disposable {
  const paths = new Set<string>();
  const update = () => {
    const before = paths.size;
    for (const { uri } of vscode.workspace.textDocuments) {
      const isOne = verdicts.isTrajectory(uri) || plain.of(uri) !== undefined;
      // A path is compared as the window writes it, which may be on another system.
      if (isOne) paths.add(uri.fsPath).add(uri.path);
    }
    if (paths.size > before)
      void vscode.commands.executeCommand('setContext', 'deepcoder.trajectoryPaths', [...paths]);
  };
  return vscode.Disposable.from(verdicts.onChange(update), plain.onChange(update));
}
