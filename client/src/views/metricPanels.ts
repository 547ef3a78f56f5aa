import type { ToPanel, WireRecord } from '@deepcoder/panel';
import type { Played } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { Disposer } from '../disposer.ts';
import { createMetricsFeed, type AttachedRun, type MetricsFeed } from '../runs/metricsFeed.ts';
import { runHead } from '../runs/runHead.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { panelMessageSchema } from './panelMessage.ts';
import { recordSender } from './recordSender.ts';
import { throttled } from './throttled.ts';
import { pagesFolder, webviewHtml } from './webviewHtml.ts';

const VIEW_TYPE = 'deepcoder.metrics';
/** What is drawn of one metric, shared among the runs that lie over each other. */
const POINTS_PER_METRIC = 100_000;
const LEAST_POINTS = 4000;
/** Games are played every so many steps; what came of them is read again that often. */
const PLAY_EVERY_MS = 5000;

/** Panels that show metrics of runs while they come. */
export interface MetricPanels extends Disposer {
  /** Shows runs, in the panel that shows just these already where there is one. */
  open(folders: readonly string[]): void;
}

interface Shown {
  folders: readonly string[];
  panel: vscode.WebviewPanel;
}

export function createMetricPanels(
  extension: vscode.Uri,
  server: ServerConnection,
  runs: RunStore,
): MetricPanels {
  const feed = createMetricsFeed(server);
  const shown = new Set<Shown>();
  const show = (panel: vscode.WebviewPanel, folders: readonly string[]) => {
    const entry = { folders, panel };
    shown.add(entry);
    panel.onDidDispose(() => shown.delete(entry));
    showRuns({ panel, extension, feed, runs, folders });
  };
  const registered = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel(panel, state) {
      const kept = z.object({ runs: z.array(z.string()).min(1) }).safeParse(state);
      if (kept.success) show(panel, kept.data.runs);
      else panel.dispose();
      return Promise.resolve();
    },
  });
  return {
    open(folders) {
      const known = [...shown].find((entry) => sameSet(entry.folders, folders));
      if (known !== undefined) {
        known.panel.reveal();
        return;
      }
      const panel = vscode.window.createWebviewPanel(
        VIEW_TYPE,
        vscode.l10n.t('Metrics'),
        vscode.ViewColumn.Active,
        { enableScripts: true, localResourceRoots: [pagesFolder(extension)] },
      );
      show(panel, folders);
    },
    dispose() {
      registered.dispose();
      feed.dispose();
    },
  };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((folder) => b.includes(folder));
}

interface Showing {
  panel: vscode.WebviewPanel;
  extension: vscode.Uri;
  feed: MetricsFeed;
  runs: RunStore;
  folders: readonly string[];
}

/** Wires one panel: whenever its page says that it is there, it is given everything anew. */
function showRuns({ panel, extension, feed, runs, folders }: Showing): void {
  const { webview } = panel;
  const attached = new Map<string, AttachedRun>();
  const sender = recordSender((message) => void webview.postMessage(message));
  let attachments: vscode.Disposable[] = [];
  const played = new Map<string, Played | null>();
  const lookAtPlay = async () => {
    for (const folder of attached.keys()) played.set(folder, await feed.played(folder));
    sendHeads();
  };
  const sendHeads = () => {
    const heads = folders.flatMap((folder) => {
      const known = attached.get(folder);
      if (known === undefined) return [];
      const run = runs.get(folder) ?? known.run;
      return [runHead(run, known.config, played.get(folder) ?? null)];
    });
    if (heads.length === 0) return;
    panel.title = heads.map(({ name }) => name).join(', ');
    void webview.postMessage({ type: 'runs', runs: heads } satisfies ToPanel);
  };
  const detach = () => {
    attachments.forEach((attachment) => void attachment.dispose());
    attachments = [];
    sender.reset();
  };
  const sendHistory = ({ run, columns }: AttachedRun) =>
    void webview.postMessage({ type: 'history', run: run.folder, columns } satisfies ToPanel);
  const start = async () => {
    detach();
    let isStarted = false;
    const listener = {
      maxPoints: Math.max(LEAST_POINTS, Math.floor(POINTS_PER_METRIC / folders.length)),
      history(one: AttachedRun) {
        attached.set(one.run.folder, one);
        if (isStarted) sendHistory(one);
      },
      records: (folder: string, records: WireRecord[]) => sender.add(folder, records),
    };
    const mine: vscode.Disposable[] = [];
    attachments = mine;
    for (const folder of folders) {
      const attachment = await feed.attach(folder, listener);
      if (attachments === mine) mine.push(attachment);
      else attachment.dispose();
    }
    if (attachments !== mine) return;
    // All at once, so that the page is made once.
    isStarted = true;
    sendHeads();
    for (const one of attached.values()) sendHistory(one);
    sender.start();
    void lookAtPlay();
  };
  const listening = vscode.Disposable.from(
    runs.onChange(throttled(sendHeads, 250)),
    runs.onChange(throttled(() => void lookAtPlay(), PLAY_EVERY_MS)),
    webview.onDidReceiveMessage((data: unknown) => {
      const message = panelMessageSchema.safeParse(data).data;
      if (message?.type === 'ready') void start();
      else if (message?.type === 'ack') sender.acknowledge(message.sequence);
      else if (message?.type === 'save') void saveFile(message);
      else if (message !== undefined) {
        const folder = message.type === 'control' ? message.run : (folders[0] ?? '');
        const run = runs.get(folder) ?? attached.get(folder)?.run;
        const command = message.type === 'control' ? message.command : 'compareRuns';
        void vscode.commands.executeCommand(`deepcoder.${command}`, { type: 'run', run });
      }
    }),
    // A hidden page is gone, and says that it is ready when it is seen again.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) detach();
    }),
  );
  panel.onDidDispose(() => {
    detach();
    listening.dispose();
  });
  panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'activity.svg');
  webview.options = { enableScripts: true, localResourceRoots: [pagesFolder(extension)] };
  webview.html = webviewHtml(webview, extension, { name: 'panel', title: 'DeepCoder' });
}

async function saveFile({ name, base64 }: { name: string; base64: string }): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog(
    folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) },
  );
  if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, Buffer.from(base64, 'base64'));
}
