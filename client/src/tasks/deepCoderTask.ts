import path from 'node:path';
import * as vscode from 'vscode';
import { z } from 'zod';

const definitionSchema = z.object({
  type: z.literal('deepcoder'),
  command: z.enum(['train', 'check', 'resume', 'eval', 'play', 'score', 'quickstart']),
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

/** The trainer program, run in a terminal. */
export function deepCoderTask(
  given: Definition,
  { task, scope }: { task?: vscode.Task; scope?: vscode.Task['scope'] } = {},
): Promise<vscode.Task> {
  const definition = definitionSchema.parse(given);
  const { command, config, run, args } = definition;
  const settings = vscode.workspace.getConfiguration('deepcoder');
  const node = settings.get<string>('trainer.nodePath') ?? '';
  const program =
    (settings.get<string>('trainer.programPath') ?? '') ||
    path.join(extensionPath, 'trainer/dist/deepcoder.mjs');
  const target = config ?? run;
  const execution = new vscode.ProcessExecution(
    node || process.execPath,
    [program, command, ...(target === undefined ? [] : [target]), ...args],
    // Without a Node of the user's, the editor's own is one when told so.
    node === '' ? { env: { ELECTRON_RUN_AS_NODE: '1' } } : {},
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
