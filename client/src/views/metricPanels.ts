import type { FromPanel, ToPanel } from '@deepcoder/panel';
import type { Played } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { Disposer } from '../disposer.ts';
import { createMetricsFeed, type MetricsFeed } from '../runs/metricsFeed.ts';
import { distinctName } from '../runs/describeRun.ts';
import { runHead } from '../runs/runHead.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { createPanelFeed } from './panelFeed.ts';
import { panelMessageSchema } from './panelMessage.ts';
import { throttled } from './throttled.ts';
import { pagesFolder, webviewHtml } from './webviewHtml.ts';

const VIEW_TYPE = 'deepcoder.metrics';
/** Games are played every so many steps; what came of them is read again that often. */
const PLAY_EVERY_MS = 5000;
const HEADS_EVERY_MS = 1000;

/** Panels that show metrics of runs while they come. */
export interface MetricPanels extends Disposer {
  /** Shows runs, in the panel that shows just these already where there is one. */
  open(folders: readonly string[]): void;
  /**
   * Opens one for a run that is being started: until there is one, it says so. Beside a config that is
   * being written, which keeps the focus.
   */
  starting(name: string, where: { isBeside: boolean }): StartingPanel;
}

/** A panel that a person has closed meanwhile stays closed. */
export interface StartingPanel {
  show(folder: string): void;
  close(): void;
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
  const show = (panel: vscode.WebviewPanel, folders: readonly string[], isReady = false) => {
    const entry = { folders, panel };
    shown.add(entry);
    panel.onDidDispose(() => shown.delete(entry));
    showRuns({ panel, feed, runs, folders, isReady });
  };
  const create = (title: string, { says = '', isBeside = false } = {}) => {
    const options = { enableScripts: true };
    const place = isBeside
      ? { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
      : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(VIEW_TYPE, title, place, options);
    loadPage(panel, extension, says);
    return panel;
  };
  const registered = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel(panel, state) {
      const kept = z.object({ runs: z.array(z.string()).min(1) }).safeParse(state);
      if (kept.success) {
        loadPage(panel, extension);
        show(panel, kept.data.runs);
      } else panel.dispose();
      return Promise.resolve();
    },
  });
  const closing = runs.onChange(({ before }) => {
    const isGone = (folder: string) => before.has(folder) && runs.get(folder) === undefined;
    for (const { folders, panel } of [...shown]) {
      if (!folders.every(isGone)) continue;
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} was deleted.', panel.title));
      panel.dispose();
    }
  });
  return {
    open(folders) {
      const known = [...shown].find((entry) => sameSet(entry.folders, folders));
      if (known !== undefined) {
        known.panel.reveal();
        return;
      }
      show(create(vscode.l10n.t('Metrics')), folders);
    },
    starting(name, { isBeside }) {
      const title = vscode.l10n.t('Starting {0}', name);
      const panel = create(title, { says: title, isBeside });
      let isReady = false;
      let isClosed = false;
      panel.onDidDispose(() => (isClosed = true));
      const early = panel.webview.onDidReceiveMessage((data: unknown) => {
        isReady ||= panelMessageSchema.safeParse(data).data?.type === 'ready';
      });
      return {
        show(folder) {
          early.dispose();
          if (!isClosed) show(panel, [folder], isReady);
        },
        close() {
          early.dispose();
          panel.dispose();
        },
      };
    },
    dispose() {
      registered.dispose();
      closing.dispose();
      feed.dispose();
    },
  };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((folder) => b.includes(folder));
}

/** What the page shows of itself until it hears of runs. */
function loadPage(panel: vscode.WebviewPanel, extension: vscode.Uri, says = ''): void {
  const { webview } = panel;
  panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'activity.svg');
  webview.options = { enableScripts: true, localResourceRoots: [pagesFolder(extension)] };
  webview.html = webviewHtml(webview, extension, { name: 'panel', title: 'DeepCoder', says });
}

interface Showing {
  panel: vscode.WebviewPanel;
  feed: MetricsFeed;
  runs: RunStore;
  folders: readonly string[];
  /** Whether the page has said so before it was shown runs. */
  isReady: boolean;
}

/** Wires one panel: whenever its page says that it is there, it is given everything anew. */
function showRuns({ panel, feed, runs, folders, isReady }: Showing): void {
  const { webview } = panel;
  const post = (message: ToPanel) => void webview.postMessage(message);
  const played = new Map<string, Played | null>();
  const lookAtPlay = async () => {
    for (const folder of pageFeed.attached.keys()) played.set(folder, await feed.played(folder));
    sendHeads();
  };
  let isGone = false;
  const sendHeads = () => {
    // What was being looked up when the panel was closed.
    if (isGone) return;
    const heads = folders.flatMap((folder) => {
      const known = pageFeed.attached.get(folder);
      if (known === undefined) return [];
      const run = runs.get(folder) ?? known.run;
      const name = distinctName(run, runs.all());
      return [runHead(run, { name, config: known.config, played: played.get(folder) ?? null })];
    });
    if (heads.length === 0) return;
    panel.title = titleOf(heads.map(({ name }) => name));
    post({ type: 'runs', runs: heads });
  };
  const onAttached = () => {
    sendHeads();
    void lookAtPlay();
  };
  const pageFeed = createPanelFeed({ feed, folders, post, onAttached });
  const command = (message: PanelCommand) => {
    const folder = message.type === 'control' ? message.run : (folders[0] ?? '');
    const run = runs.get(folder) ?? pageFeed.attached.get(folder)?.run;
    const name = message.type === 'control' ? message.command : 'compareRuns';
    void vscode.commands.executeCommand(`deepcoder.${name}`, { type: 'run', run });
  };
  const heads = throttled(sendHeads, HEADS_EVERY_MS);
  const play = throttled(() => void lookAtPlay(), PLAY_EVERY_MS);
  const listening = vscode.Disposable.from(
    heads,
    runs.onChange(heads),
    play,
    runs.onChange(play),
    webview.onDidReceiveMessage((data: unknown) => {
      const message = panelMessageSchema.safeParse(data).data;
      if (message?.type === 'ready') void pageFeed.start();
      else if (message?.type === 'ack') pageFeed.acknowledge(message.sequence);
      else if (message?.type === 'detail') void pageFeed.detail(message);
      else if (message?.type === 'save') void saveFile(message);
      else if (message !== undefined) command(message);
    }),
    // A hidden page is gone, and says that it is ready when it is seen again.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) pageFeed.stop();
    }),
  );
  panel.onDidDispose(() => {
    isGone = true;
    pageFeed.stop();
    listening.dispose();
  });
  if (isReady) void pageFeed.start();
}

type PanelCommand = Extract<FromPanel, { type: 'control' | 'compare' }>;

function titleOf(names: readonly string[]): string {
  return names.length <= 2 ? names.join(', ') : vscode.l10n.t('{0} runs', names.length);
}

async function saveFile({ name, base64 }: { name: string; base64: string }): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog(
    folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) },
  );
  if (uri !== undefined) await vscode.workspace.fs.writeFile(uri, Buffer.from(base64, 'base64'));
}
