import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './buildSuite.mjs';

/** A folder of its own with a copy of the sample workspace; paths are short, as sockets want them. */
export function makeWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'dc-vscode-'));
  const workspace = join(folder, 'sample');
  mkdirSync(workspace);
  cpSync(join(root, 'media/sample'), workspace, { recursive: true });
  return {
    folder,
    workspace,
    userDataDir: join(folder, 'user'),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
