import {
  runsAttach,
  runsDetach,
  runsMetrics,
  runsMetricsNotification,
  runsPlay,
  type Played,
  type RunInfo,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { EncodedColumns, EncodedRecords } from '@deepcoder/vocabulary';
import type { Disposer } from '../disposer.ts';
import { freshRecords, type Progress } from './freshRecords.ts';
import type { ServerConnection } from '../serverConnection.ts';

export interface AttachedRun {
  run: RunInfo;
  /** The resolved config. */
  config: string;
  columns: EncodedColumns;
}

/** What a panel wants to know of the runs that it shows. */
interface FeedListener {
  /** A series of more points is thinned, its extremes kept. */
  maxPoints: number;
  history(attached: AttachedRun): void;
  records(folder: string, news: EncodedRecords): void;
}

/** The metrics of runs: all of them once, then what comes; the server is asked once a run. */
export interface MetricsFeed extends Disposer {
  attach(folder: string, listener: FeedListener): Promise<vscode.Disposable>;
  /** The metrics between two steps, with at most so many points of each. */
  part(folder: string, part: MetricsPart): Promise<EncodedColumns>;
  /** How players did so far. */
  played(folder: string): Promise<Played | null>;
}

interface MetricsPart {
  fromStep: number;
  toStep: number;
  maxPoints: number;
}

type Attachment = Map<FeedListener, Progress>;

/** While all is asked for: what comes meanwhile is in the answer. */
const ANSWER_COMES: Progress = { generation: -1, rows: Number.POSITIVE_INFINITY };

export function createMetricsFeed(server: ServerConnection): MetricsFeed {
  const attachments = new Map<string, Attachment>();
  const load = async (folder: string, listener: FeedListener): Promise<Progress> => {
    const { maxPoints } = listener;
    const answer = await server.request(runsAttach, { folder, maxPoints });
    const { run, config, history } = answer;
    listener.history({ run, config, columns: history.columns });
    return { generation: history.generation, rows: history.rows };
  };
  const reload = async (folder: string, listener: FeedListener) => {
    const attachment = attachments.get(folder);
    attachment?.set(listener, ANSWER_COMES);
    const progress = await load(folder, listener);
    if (attachment?.has(listener) === true) attachment.set(listener, progress);
  };
  const listening = vscode.Disposable.from(
    server.onNotification(runsMetricsNotification, ({ runs }) => {
      for (const { folder, ...news } of runs) {
        for (const [listener, progress] of attachments.get(folder) ?? []) {
          const fresh = freshRecords(news, progress);
          if (fresh === null) void reload(folder, listener);
          else if (fresh.records.length > 0) {
            progress.rows += fresh.records.length;
            listener.records(folder, fresh);
          }
        }
      }
    }),
    // A server that starts anew knows nothing of what was asked before.
    server.onStarted(() => {
      for (const [folder, attachment] of attachments)
        for (const listener of attachment.keys()) void reload(folder, listener);
    }),
  );
  return {
    async attach(folder, listener) {
      const attachment = attachments.get(folder) ?? new Map<FeedListener, Progress>();
      // Before the answer, or another listener that ends meanwhile would take the run along.
      attachments.set(folder, attachment.set(listener, ANSWER_COMES));
      const end = new vscode.Disposable(() => {
        attachment.delete(listener);
        if (attachment.size > 0 || attachments.get(folder) !== attachment) return;
        attachments.delete(folder);
        void server.request(runsDetach, { folder });
      });
      try {
        await reload(folder, listener);
      } catch (error) {
        end.dispose();
        throw error;
      }
      return end;
    },
    part: async (folder, part) => (await server.request(runsMetrics, { folder, ...part })).columns,
    played: (folder) => server.request(runsPlay, { folder }),
    dispose: () => void listening.dispose(),
  };
}
