import * as vscode from 'vscode';
import { registerResolvedConfigs } from './commands/configCommands.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { createVerdicts } from './documents/verdicts.ts';
import { createLanguageClient } from './languageClient.ts';
import { createLossRuns } from './runs/lossRuns.ts';
import { createRunStore } from './runs/runStore.ts';
import type { Services } from './services.ts';
import { registerTasks } from './tasks/deepCoderTask.ts';
import { createEndNotices } from './views/endNotices.ts';
import { registerInspector } from './views/inspectorEditor.ts';
import { createMetricPanels } from './views/metricPanels.ts';
import { offerInspectorForLargeFiles } from './views/offerInspector.ts';
import { createRunsView } from './views/runsView.ts';
import { createStatusBar } from './views/statusBar.ts';
import { createTokenView } from './views/tokenView.ts';

/** Wires the parts; nothing here waits for the language server. */
export function activate(context: vscode.ExtensionContext): void {
  const server = createLanguageClient(context);
  const runs = createRunStore(server);
  const verdicts = createVerdicts(server);
  const panels = createMetricPanels(context.extensionUri, server, runs);
  const lossRuns = createLossRuns({ server, runs, memory: context.workspaceState });
  const tokens = createTokenView({ server, runs, lossRuns });
  const services: Services = { context, server, verdicts, runs, lossRuns, panels, tokens };
  context.subscriptions.push(
    registerCommands(services),
    registerResolvedConfigs(services),
    registerTasks(context),
    createRunsView(runs),
    createStatusBar(runs),
    createEndNotices(runs),
    registerInspector(services),
    offerInspectorForLargeFiles(),
    tokens,
    panels,
    verdicts,
    runs,
    server,
  );
}
