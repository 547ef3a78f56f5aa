import * as vscode from 'vscode';
import { isOnDisk } from '../withoutDisk.ts';

const CONFIGS = '**/{deepcoder.yaml,deepcoder.yml,*.deepcoder.yaml,configs/*.yaml}';

const MOST = 50;

/** The training configs of the workspace, by their names, in the order of their paths. */
export async function findConfigs(): Promise<vscode.Uri[]> {
  const files = await vscode.workspace.findFiles(CONFIGS, '**/{node_modules,runs}/**', MOST);
  return files.filter(isOnDisk).sort((a, b) => a.path.localeCompare(b.path));
}
