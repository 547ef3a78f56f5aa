import { runsChanged, runsList, type RunInfo } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { ServerConnection } from '../serverConnection.ts';

/** The runs that the server knows, kept up to date by its notifications. */
export interface RunStore {
  /** Newest first. */
  all(): readonly RunInfo[];
  get(folder: string): RunInfo | undefined;
  /** False until the first answer. */
  readonly isLoaded: boolean;
  refresh(): Promise<void>;
  /** Takes a run that an answer brought before its notification came. */
  put(run: RunInfo): void;
  readonly onChange: vscode.Event<RunChange>;
}

interface RunChange {
  /** The runs as they were before, by folder. */
  before: ReadonlyMap<string, RunInfo>;
}

export function createRunStore(server: ServerConnection): RunStore & Disposer {
  let runs = new Map<string, RunInfo>();
  let isLoaded = false;
  const emitter = new vscode.EventEmitter<RunChange>();
  const replace = (next: Map<string, RunInfo>) => {
    const before = runs;
    runs = next;
    emitter.fire({ before });
  };
  const refresh = async () => {
    const answer = await server.request(runsList, {});
    isLoaded = true;
    replace(new Map(answer.runs.map((run) => [run.folder, run])));
  };
  const listening = server.onNotification(runsChanged, ({ runs: changed, removed }) => {
    const next = new Map(runs);
    for (const run of changed) next.set(run.folder, run);
    for (const folder of removed) next.delete(folder);
    replace(next);
  });
  // A server that starts anew watches nothing until it is asked.
  const starting = server.onStarted(() => {
    if (isLoaded) void refresh().catch(() => undefined);
  });
  return {
    all: () => [...runs.values()].sort(newestFirst),
    get: (folder) => runs.get(folder),
    get isLoaded() {
      return isLoaded;
    },
    refresh,
    put: (run) => replace(new Map(runs).set(run.folder, run)),
    onChange: emitter.event,
    dispose() {
      listening.dispose();
      starting.dispose();
      emitter.dispose();
    },
  };
}

function newestFirst(a: RunInfo, b: RunInfo): number {
  return (b.startedAt ?? '').localeCompare(a.startedAt ?? '') || b.id.localeCompare(a.id);
}
