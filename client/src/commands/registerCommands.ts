import * as vscode from 'vscode';
import { createShownTexts } from '../documents/shownTexts.ts';
import { COMMANDS, type CommandId } from '../manifest/commands.ts';
import type { Services } from '../services.ts';
import { isWithoutDisk, sayWhatIsNeeded } from '../withoutDisk.ts';
import { configCommands } from './configCommands.ts';
import { jobCommands } from './jobCommands.ts';
import { programCommands } from './programCommands.ts';
import { runCommands } from './runCommands.ts';
import { servingCommands } from './servingCommands.ts';
import { setupCommands } from './setupCommands.ts';
import { trainCommands } from './trainCommands.ts';
import { trajectoryCommands } from './trajectoryCommands.ts';

/** Registers every command; what goes wrong is said in a message, with the log at hand. */
export function registerCommands(services: Services): vscode.Disposable {
  const texts = createShownTexts();
  const tables = [
    trainCommands(services, texts),
    runCommands(services),
    programCommands(services),
    jobCommands(services),
    servingCommands(services),
    trajectoryCommands(services, texts),
    configCommands(services, texts),
    setupCommands(services, texts),
  ];
  const table = Object.assign({}, ...tables) as Record<CommandId, Handler>;
  const handlers = Object.entries(table) as [CommandId, Handler][];
  return vscode.Disposable.from(
    texts,
    ...handlers.map(([id, handler]) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        if (!('anywhere' in COMMANDS[id]) && isWithoutDisk()) {
          sayWhatIsNeeded();
          return undefined;
        }
        try {
          return await handler(...args);
        } catch (error) {
          services.server.log.error(`${id}: ${String(error)}`);
          void tell(error);
          return undefined;
        }
      }),
    ),
  );
}

type Handler = (...args: unknown[]) => unknown;

async function tell(error: unknown): Promise<void> {
  const log = vscode.l10n.t('Show Log');
  const text = error instanceof Error ? error.message : String(error);
  const chosen = await vscode.window.showErrorMessage(text, log);
  if (chosen === log) await vscode.commands.executeCommand('deepcoder.showServerLog');
}
