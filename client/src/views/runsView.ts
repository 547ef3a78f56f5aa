import path from 'node:path';
import { formatNumber, formatSeconds } from '@deepcoder/panel';
import type { JobInfo, RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import {
  contextOf,
  distinctName,
  endText,
  groupOf,
  isLive,
  progressText,
  rowText,
  statusIcon,
  statusText,
  type RunGroup,
} from '../runs/describeRun.ts';
import type { RunStore } from '../runs/runStore.ts';
import { isJobLive, jobText, type JobStore } from '../runs/jobStore.ts';
import { throttled } from './throttled.ts';

interface GroupNode {
  type: 'group';
  group: RunGroup;
}

interface RunNode {
  type: 'run';
  run: RunInfo;
}

interface FileNode {
  type: 'file';
  label: string;
  description: string;
  icon: string;
  uri: vscode.Uri;
  isFolder: boolean;
}

interface JobNode {
  type: 'job';
  job: JobInfo;
}

/** What runs, or has run, on clusters; it comes first. */
interface JobsNode {
  type: 'jobs';
}

type RunsNode = GroupNode | RunNode | FileNode | JobNode | JobsNode;

/** Runs by state, with their files and checkpoints; a badge counts those that train. */
export function createRunsView(runs: RunStore, jobs: JobStore): vscode.Disposable {
  const changed = new vscode.EventEmitter<RunsNode[] | undefined>();
  const nodes = new RunNodes(runs, jobs);
  const view = vscode.window.createTreeView<RunsNode>('deepcoder.runs', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => nodes.children(node),
      getTreeItem: (node) => treeItem(node, runs.all()),
    },
    showCollapseAll: true,
  });
  let training: number | null = null;
  const update = () => {
    const news = nodes.changedSince();
    if (news?.length !== 0) changed.fire(news);
    const live = runs.all().filter(({ status }) => isLive(status)).length;
    void vscode.commands.executeCommand('setContext', 'deepcoder.runs', runs.all().length);
    if (live === training) return;
    training = live;
    view.badge =
      live === 0
        ? undefined
        : {
            value: live,
            tooltip:
              live === 1
                ? vscode.l10n.t('1 run is training')
                : vscode.l10n.t('{0} runs are training', live),
          };
    void vscode.commands.executeCommand('setContext', 'deepcoder.liveRuns', live);
  };
  const load = ({ visible }: { visible: boolean }) => {
    if (visible && !runs.isLoaded) void runs.refresh();
    jobs.watch(visible);
  };
  load(view);
  const seldom = throttled(update, EVERY_MS);
  return vscode.Disposable.from(
    view,
    changed,
    view.onDidChangeVisibility(load),
    seldom,
    runs.onChange(seldom),
    jobs.onChange(() => changed.fire(undefined)),
  );
}

/** People read it; what streams is the panel's. */
const EVERY_MS = 1000;

const GROUPS: readonly RunGroup[] = ['live', 'interrupted', 'finished'];

/** The nodes of the tree; a run keeps its node, so that it can be drawn anew without the others. */
class RunNodes {
  private readonly nodes = new Map<string, RunNode>();
  private groups = '';

  constructor(
    private readonly runs: RunStore,
    private readonly jobs: JobStore,
  ) {}

  children(node: RunsNode | undefined): RunsNode[] {
    if (node?.type === 'run') return files(node.run);
    if (node?.type === 'jobs') return this.jobs.all().map((job) => ({ type: 'job', job }));
    const all = this.runs.all();
    if (node?.type === 'group') {
      return all.filter((run) => groupOf(run) === node.group).map((run) => this.nodeOf(run));
    }
    const groups = GROUPS.filter((group) => all.some((run) => groupOf(run) === group));
    return [
      ...(this.jobs.all().length > 0 ? [{ type: 'jobs' } as const] : []),
      ...groups.map((group) => ({ type: 'group', group }) as const),
    ];
  }

  /** Nodes to draw anew since it was asked last; nothing stands for the whole tree. */
  changedSince(): RunsNode[] | undefined {
    const all = this.runs.all();
    const groups = JSON.stringify(all.map((run) => [run.folder, groupOf(run)]));
    if (groups !== this.groups) {
      this.groups = groups;
      const gone = [...this.nodes.keys()].filter((folder) => this.runs.get(folder) === undefined);
      gone.forEach((folder) => this.nodes.delete(folder));
      return undefined;
    }
    return all
      .filter((run) => this.nodes.get(run.folder)?.run !== run)
      .map((run) => this.nodeOf(run));
  }

  private nodeOf(run: RunInfo): RunNode {
    const node = this.nodes.get(run.folder) ?? { type: 'run', run };
    node.run = run;
    this.nodes.set(run.folder, node);
    return node;
  }
}

function files(run: RunInfo): FileNode[] {
  const entry = (
    name: string,
    {
      icon,
      description = '',
      isFolder = false,
    }: { icon: string; description?: string; isFolder?: boolean },
  ): FileNode => ({
    type: 'file',
    label: path.basename(name),
    description,
    icon,
    uri: vscode.Uri.file(path.join(run.folder, name)),
    isFolder,
  });
  const best = run.best;
  return [
    entry('config.yaml', { icon: 'settings', description: vscode.l10n.t('config') }),
    entry('trainer.log', { icon: 'output', description: vscode.l10n.t('log') }),
    ...(run.hasReport
      ? [entry('report.html', { icon: 'book', description: vscode.l10n.t('report') })]
      : []),
    ...run.checkpoints.map((step) =>
      entry(`checkpoints/step-${String(step).padStart(6, '0')}`, {
        icon: 'package',
        description: vscode.l10n.t('checkpoint'),
        isFolder: true,
      }),
    ),
    ...(run.hasBest
      ? [
          entry('best', {
            icon: 'star',
            description: best === null ? '' : `${best.metric} ${formatNumber(best.value)}`,
            isFolder: true,
          }),
        ]
      : []),
  ];
}

function treeItem(node: RunsNode, all: readonly RunInfo[]): vscode.TreeItem {
  if (node.type === 'group') {
    const item = new vscode.TreeItem(
      groupTitle(node.group),
      vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = `group ${node.group}`;
    return item;
  }
  if (node.type === 'jobs') return jobsItem();
  if (node.type === 'job') return jobItem(node.job);
  return node.type === 'run' ? runItem(node.run, all) : fileItem(node);
}

function jobsItem(): vscode.TreeItem {
  const item = new vscode.TreeItem(
    vscode.l10n.t('Jobs on clusters'),
    vscode.TreeItemCollapsibleState.Expanded,
  );
  item.id = 'jobs';
  return item;
}

function jobItem(job: JobInfo): vscode.TreeItem {
  const item = new vscode.TreeItem(job.id, vscode.TreeItemCollapsibleState.None);
  const text = jobText(job);
  const isLive = isJobLive(job);
  item.id = `job ${job.cwd} ${job.id}`;
  item.description = text;
  item.iconPath = new vscode.ThemeIcon(isLive ? 'cloud' : 'circle-outline');
  item.contextValue = isLive ? 'job.live' : 'job.over';
  item.tooltip = `${job.id}\n${job.target}: ${text}`;
  item.accessibilityInformation = { label: `${job.id}, ${text}` };
  return item;
}

function groupTitle(group: RunGroup): string {
  return {
    live: vscode.l10n.t('Training'),
    interrupted: vscode.l10n.t('Stopped before the end'),
    finished: vscode.l10n.t('Finished'),
  }[group];
}

function runItem(run: RunInfo, all: readonly RunInfo[]): vscode.TreeItem {
  const name = distinctName(run, all);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  const [icon, colour] = statusIcon(run.status);
  item.id = run.folder;
  item.description = rowText(run);
  item.iconPath = new vscode.ThemeIcon(
    icon,
    colour === null ? undefined : new vscode.ThemeColor(colour),
  );
  item.contextValue = contextOf(run);
  item.tooltip = runTooltip(run);
  item.accessibilityInformation = {
    label: `${name}, ${statusText(run.status)}, ${progressText(run)}`,
  };
  item.command = {
    command: 'deepcoder.openMetrics',
    title: vscode.l10n.t('Open Metrics'),
    arguments: [{ type: 'run', run } satisfies RunNode],
  };
  return item;
}

function runTooltip(run: RunInfo): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**');
  text.appendText(run.name);
  text.appendMarkdown('**  \n');
  const lines = [
    run.id,
    `${statusText(run.status)} · ${progressText(run)}`,
    run.startedAt === null ? null : vscode.l10n.t('started {0}', localTime(run.startedAt)),
    run.tokensPerSecond === null
      ? null
      : vscode.l10n.t('{0} tokens per second', formatNumber(run.tokensPerSecond)),
    durationText(run),
    endText(run) ?? run.problem,
  ];
  for (const line of lines) {
    if (line === null) continue;
    text.appendText(line);
    text.appendMarkdown('  \n');
  }
  return text;
}

function durationText({ startedAt, endedAt, updatedAt }: RunInfo): string | null {
  const end = endedAt ?? updatedAt;
  if (startedAt === null || end === null) return null;
  return vscode.l10n.t('took {0}', formatSeconds((Date.parse(end) - Date.parse(startedAt)) / 1000));
}

function localTime(iso: string): string {
  return new Date(iso).toLocaleString();
}

function fileItem({ label, description, icon, uri, isFolder }: FileNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = uri.toString();
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = 'file';
  item.command = {
    command: isFolder ? 'revealInExplorer' : 'vscode.open',
    title: vscode.l10n.t('Open'),
    arguments: [uri],
  };
  return item;
}
