import * as vscode from 'vscode';
import { registerMcp } from './agents/registerMcp.ts';
import { registerResolvedConfigs } from './commands/configCommands.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { createPlainTrajectories } from './documents/plainTrajectories.ts';
import { tellTrajectoryPaths } from './documents/trajectoryPaths.ts';
import { createVerdicts } from './documents/verdicts.ts';
import { createLanguageClient } from './languageClient.ts';
import { createJobStore } from './runs/jobStore.ts';
import { createLossRuns } from './runs/lossRuns.ts';
import { createRunStore } from './runs/runStore.ts';
import { loadRunsAtStart } from './runs/runsAtStart.ts';
import { createChatPanels } from './serving/chatPanels.ts';
import { createServingStatus } from './serving/servingStatus.ts';
import { createStudentServers } from './serving/studentServers.ts';
import type { Services } from './services.ts';
import { registerTasks } from './tasks/deepCoderTask.ts';
import { createDocumentItems } from './views/documentItems.ts';
import { createEndNotices } from './views/endNotices.ts';
import { registerInspector } from './views/inspectorEditor.ts';
import { createKindColours } from './views/kindColours.ts';
import { createMetricPanels } from './views/metricPanels.ts';
import { offerInspectorForLargeFiles } from './views/offerInspector.ts';
import { createRunsView } from './views/runsView.ts';
import { createStatusBar } from './views/statusBar.ts';
import { createTokenView } from './views/tokenView.ts';

/** Wires the parts; nothing here waits for the language server. */
export function activate(context: vscode.ExtensionContext): void {
  const server = createLanguageClient(context);
  const runs = createRunStore(server);
  const jobs = createJobStore(server);
  const verdicts = createVerdicts(server);
  const plain = createPlainTrajectories(server, context);
  const panels = createMetricPanels(context.extensionUri, server, runs);
  const lossRuns = createLossRuns({ server, runs, memory: context.workspaceState });
  const tokens = createTokenView({ server, runs, lossRuns });
  const students = createStudentServers(server.log);
  const chats = createChatPanels(context.extensionUri);
  const services: Services = {
    ...{ context, server, verdicts, plain, runs, jobs, lossRuns, panels, tokens, students, chats },
  };
  context.subscriptions.push(
    registerCommands(services),
    registerResolvedConfigs(services),
    registerTasks(context),
    registerMcp(),
    createRunsView(runs, jobs),
    createStatusBar(runs),
    createServingStatus(students),
    createDocumentItems(verdicts, plain),
    createKindColours(server, verdicts),
    tellTrajectoryPaths(verdicts, plain),
    createEndNotices(runs),
    loadRunsAtStart(runs),
    registerInspector(services),
    offerInspectorForLargeFiles(),
    tokens,
    panels,
    students,
    verdicts,
    plain,
    runs,
    jobs,
    server,
  );
}
