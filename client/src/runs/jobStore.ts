import { jobsList, type JobInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { ServerConnection } from '../serverConnection.ts';

/** What was given to clusters from the workspace's folders. */
export interface JobStore {
  /** Newest first. */
  all(): readonly JobInfo[];
  refresh(): Promise<void>;
  /** Whether somebody sees them: then those that are not over are asked about now and then. */
  watch(isSeen: boolean): void;
  readonly onChange: vscode.Event<void>;
}

/** Clusters do not like to be asked often. */
const LOOK_EVERY_MS = 10_000;

export function createJobStore(server: ServerConnection): JobStore & Disposer {
  let jobs: readonly JobInfo[] = [];
  let timer: NodeJS.Timeout | undefined;
  const emitter = new vscode.EventEmitter<void>();
  const refresh = async (): Promise<void> => {
    const before = JSON.stringify(jobs);
    jobs = (await server.request(jobsList, {})).jobs;
    if (JSON.stringify(jobs) !== before) emitter.fire();
  };
  const look = (): void => void refresh().catch(() => undefined);
  return {
    all: () => jobs,
    refresh,
    watch: (isSeen) => {
      clearInterval(timer);
      if (!isSeen) return;
      look();
      timer = setInterval(() => {
        if (jobs.some(isJobLive)) look();
      }, LOOK_EVERY_MS);
    },
    onChange: emitter.event,
    dispose() {
      clearInterval(timer);
      emitter.dispose();
    },
  };
}

/** Whether a part of it waits or runs. */
export function isJobLive({ parts }: JobInfo): boolean {
  return parts.some(({ state }) => ['queued', 'requeued', 'running'].includes(state));
}

/** `cluster · queued (Resources)`; of several parts how many stand so. */
export function jobText({ target, parts }: JobInfo): string {
  const texts = parts.map(({ state, reason }) => {
    const word = stateText(state);
    return reason === '' ? word : `${word} (${reason})`;
  });
  const counted = [...new Set(texts)].map((text) => {
    const count = texts.filter((one) => one === text).length;
    return count === 1 ? text : `${count} × ${text}`;
  });
  return [target, ...counted].join(' · ');
}

function stateText(state: JobInfo['parts'][number]['state']): string {
  return {
    queued: vscode.l10n.t('queued'),
    requeued: vscode.l10n.t('queued again'),
    running: vscode.l10n.t('running'),
    finished: vscode.l10n.t('finished'),
    stopped: vscode.l10n.t('stopped'),
    failed: vscode.l10n.t('failed'),
    unknown: vscode.l10n.t('not known'),
  }[state];
}
