import path from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';
import { TASK_COMMANDS } from '../manifest/taskCommands.ts';

const definitionSchema = z.object({
  type: z.literal('deepcoder'),
  command: z.enum(TASK_COMMANDS),
  config: z.string().optional(),
  run: z.string().optional(),
  args: z.array(z.string()).default([]),
});

type Definition = z.input<typeof definitionSchema>;

let extensionPath = '';

/** Tasks from tasks.json, and those that training on each config would be. */
export function registerTasks(context: vscode.ExtensionContext): vscode.Disposable {
  extensionPath = context.extensionPath;
  return vscode.tasks.registerTaskProvider('deepcoder', {
    async provideTasks() {
      const files = await vscode.workspace.findFiles('**/deepcoder.yaml', '**/node_modules/**', 20);
      return Promise.all(
        files.map((uri) =>
          deepCoderTask(
            {
              type: 'deepcoder',
              command: 'train',
              config: vscode.workspace.asRelativePath(uri, false),
            },
            // Its paths start from its own folder, also where there are several.
            { scope: vscode.workspace.getWorkspaceFolder(uri) },
          ),
        ),
      );
    },
    resolveTask(task) {
      const definition = definitionSchema.safeParse(task.definition);
      // The very definition: VS Code knows the task again by it.
      return definition.success
        ? deepCoderTask(definition.data, { task, scope: task.scope })
        : undefined;
    },
  });
}

/** What starts the program. */
export function programOf(): { command: string; program: string; env: Record<string, string> } {
  const settings = vscode.workspace.getConfiguration('deepcoder');
  const node = settings.get<string>('trainer.nodePath') ?? '';
  const named = settings.get<string>('trainer.programPath') ?? '';
  return {
    command: node || process.execPath,
    program: named || path.join(extensionPath, 'trainer/dist/deepcoder.mjs'),
    // Without a Node of the user's, the editor's own is one when told so.
    env: node === '' ? { ELECTRON_RUN_AS_NODE: '1' } : {},
  };
}

/** Runs the program in a terminal, in the workspace folder of a file. */
export async function runTask(
  definition: Omit<Definition, 'type'>,
  near: vscode.Uri | undefined,
): Promise<void> {
  const scope = near === undefined ? undefined : vscode.workspace.getWorkspaceFolder(near);
  const task = await deepCoderTask({ type: 'deepcoder', ...definition }, { scope });
  await vscode.tasks.executeTask(task);
}

/** The trainer program, run in a terminal. */
export function deepCoderTask(
  given: Definition,
  { task, scope }: { task?: vscode.Task; scope?: vscode.Task['scope'] } = {},
): Promise<vscode.Task> {
  const definition = definitionSchema.parse(given);
  const { command, config, run, args } = definition;
  const { command: node, program, env } = programOf();
  const target = config ?? run;
  const execution = new vscode.ProcessExecution(
    node,
    [program, command, ...(target === undefined ? [] : [target]), ...args],
    { env },
  );
  const name = [command, target === undefined ? '' : path.basename(target)].join(' ').trim();
  const made = new vscode.Task(
    task?.definition ?? definition,
    scope ?? vscode.TaskScope.Workspace,
    task?.name ?? name,
    'deepcoder',
    execution,
    '$deepcoder',
  );
  if (command === 'train') made.group = vscode.TaskGroup.Build;
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  return Promise.resolve(made);
}
