import type * as vscode from 'vscode';
import type { PlainTrajectories } from './documents/plainTrajectories.ts';
import type { Verdicts } from './documents/verdicts.ts';
import type { DeepCoderClient } from './languageClient.ts';
import type { JobStore } from './runs/jobStore.ts';
import type { LossRuns } from './runs/lossRuns.ts';
import type { RunStore } from './runs/runStore.ts';
import type { ChatPanels } from './serving/chatPanels.ts';
import type { StudentServers } from './serving/studentServers.ts';
import type { MetricPanels } from './views/metricPanels.ts';
import type { TokenView } from './views/tokenView.ts';

/** What commands and views are given; made once, in `extension.ts`. */
export interface Services {
  context: vscode.ExtensionContext;
  server: DeepCoderClient;
  verdicts: Verdicts;
  plain: PlainTrajectories;
  runs: RunStore;
  jobs: JobStore;
  lossRuns: LossRuns;
  panels: MetricPanels;
  tokens: TokenView;
  students: StudentServers;
  chats: ChatPanels;
}
