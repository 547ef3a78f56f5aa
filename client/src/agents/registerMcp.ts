import * as vscode from 'vscode';
import { MCP_PROVIDER } from '../manifest/views.ts';
import { programOf } from '../tasks/deepCoderTask.ts';

/** What VS Code has from 1.101 on; the types are those of the oldest version that is supported. */
interface WithMcp {
  lm: {
    registerMcpServerDefinitionProvider?: (id: string, provider: object) => vscode.Disposable;
  };
  McpStdioServerDefinition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string>,
  ) => { cwd?: vscode.Uri };
}

/** 1.100 has the call too, but knows its contribution under another name, and throws. */
function isNamed(): boolean {
  const [major = 0, minor = 0] = vscode.version.split('.').map(Number);
  return major > 1 || minor >= 101;
}

/** Offers `deepcoder mcp` to the coding agents of an editor that knows of such servers. */
export function registerMcp(): vscode.Disposable {
  const { lm, McpStdioServerDefinition: Server } = vscode as unknown as WithMcp;
  if (lm.registerMcpServerDefinitionProvider === undefined || Server === undefined || !isNamed())
    return vscode.Disposable.from();
  return lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, {
    provideMcpServerDefinitions() {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      // Without a folder there is nothing to read; a workspace that is not trusted starts nothing.
      if (folder === undefined || !vscode.workspace.isTrusted) return [];
      const { command, program, env } = programOf();
      const server = new Server('DeepCoder', command, [program, 'mcp'], env);
      server.cwd = folder;
      return [server];
    },
  });
}
