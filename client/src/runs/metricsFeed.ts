import type { WireRecord } from '@deepcoder/panel';
import {
  runsAttach,
  runsDetach,
  runsMetricsNotification,
  runsPlay,
  type EncodedColumns,
  type Played,
  type RunInfo,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { ServerConnection } from '../serverConnection.ts';

/** Points of a series beyond which it is thinned, extremes kept, so that a panel opens at once. */
const MAX_POINTS = 100_000;

export interface AttachedRun {
  run: RunInfo;
  /** The resolved config. */
  config: string;
  columns: EncodedColumns;
}

/** What a panel wants to know of the runs that it shows. */
export interface FeedListener {
  history(attached: AttachedRun): void;
  records(folder: string, records: WireRecord[]): void;
}

/** The metrics of runs: all of them once, then what comes; the server is asked once a run. */
export interface MetricsFeed extends Disposer {
  attach(folder: string, listener: FeedListener): Promise<vscode.Disposable>;
  /** How players did so far. */
  played(folder: string): Promise<Played | null>;
}

interface Attachment {
  listeners: Set<FeedListener>;
  generation: number;
  rows: number;
}

export function createMetricsFeed(server: ServerConnection): MetricsFeed {
  const attachments = new Map<string, Attachment>();
  const load = async (folder: string): Promise<AttachedRun> => {
    const { run, config, history } = await server.request(runsAttach, {
      folder,
      maxPoints: MAX_POINTS,
    });
    const attachment = attachments.get(folder);
    if (attachment !== undefined) {
      attachment.generation = history.generation;
      attachment.rows = history.rows;
    }
    return { run, config, columns: history.columns };
  };
  const reload = async (folder: string) => {
    const attached = await load(folder);
    attachments.get(folder)?.listeners.forEach((listener) => listener.history(attached));
  };
  const listening = vscode.Disposable.from(
    server.onNotification(runsMetricsNotification, ({ runs }) => {
      for (const { folder, generation, firstRow, records } of runs) {
        const attachment = attachments.get(folder);
        if (attachment === undefined) continue;
        const end = firstRow + records.length;
        // Sent before the answer to `attach` was on its way: all of it is in there.
        if (generation === attachment.generation && end <= attachment.rows) continue;
        if (generation !== attachment.generation || firstRow > attachment.rows) {
          void reload(folder);
          continue;
        }
        const fresh = records.slice(attachment.rows - firstRow);
        attachment.rows = end;
        attachment.listeners.forEach((listener) => listener.records(folder, fresh));
      }
    }),
    // A server that starts anew knows nothing of what was asked before.
    server.onStarted(() => [...attachments.keys()].forEach((folder) => void reload(folder))),
  );
  return {
    async attach(folder, listener) {
      const attachment = attachments.get(folder) ?? {
        listeners: new Set(),
        generation: -1,
        rows: 0,
      };
      attachments.set(folder, attachment);
      const attached = await load(folder);
      listener.history(attached);
      attachment.listeners.add(listener);
      return new vscode.Disposable(() => {
        attachment.listeners.delete(listener);
        if (attachment.listeners.size > 0) return;
        attachments.delete(folder);
        void server.request(runsDetach, { folder });
      });
    },
    played: (folder) => server.request(runsPlay, { folder }),
    dispose: () => void listening.dispose(),
  };
}
