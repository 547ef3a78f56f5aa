import type { ToPanel } from '@deepcoder/panel';
import type * as vscode from 'vscode';
import type { EncodedRecords } from '@deepcoder/vocabulary';
import type { AttachedRun, MetricsFeed } from '../runs/metricsFeed.ts';
import { recordSender } from './recordSender.ts';

/** What is drawn of one metric, shared among the runs that lie over each other. */
const POINTS_PER_METRIC = 100_000;
const LEAST_POINTS = 4000;

/** Gives the page of a panel the metrics of its runs. */
export interface PanelFeed {
  /** What is known of each run, by folder. */
  attached: ReadonlyMap<string, AttachedRun>;
  /** Sends everything anew, then what comes. */
  start(): Promise<void>;
  stop(): void;
  acknowledge(sequence: number): void;
  /** Sends more points of what lies between two steps. */
  detail(part: { from: number; to: number }): Promise<void>;
}

interface FeedOptions {
  feed: MetricsFeed;
  folders: readonly string[];
  post: (message: ToPanel) => void;
  /** Called when all runs are known, before their metrics are sent. */
  onAttached: () => void;
}

export function createPanelFeed({ feed, folders, post, onAttached }: FeedOptions): PanelFeed {
  const maxPoints = Math.max(LEAST_POINTS, Math.floor(POINTS_PER_METRIC / folders.length));
  const attached = new Map<string, AttachedRun>();
  const sender = recordSender(post);
  let attachments: vscode.Disposable[] = [];
  const stop = () => {
    attachments.forEach((attachment) => void attachment.dispose());
    attachments = [];
    sender.reset();
  };
  const sendHistory = ({ run, columns }: AttachedRun) =>
    post({ type: 'history', run: run.folder, columns });
  const start = async () => {
    stop();
    let isStarted = false;
    const listener = {
      maxPoints,
      history(one: AttachedRun) {
        attached.set(one.run.folder, one);
        if (isStarted) sendHistory(one);
      },
      records: (folder: string, news: EncodedRecords) => sender.add(folder, news),
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
    onAttached();
    for (const one of attached.values()) sendHistory(one);
    sender.start();
  };
  return {
    attached,
    start,
    stop,
    acknowledge: (sequence) => sender.acknowledge(sequence),
    async detail({ from, to }) {
      const asked = attachments;
      for (const folder of folders) {
        const columns = await feed.part(folder, { fromStep: from, toStep: to, maxPoints });
        // The page is another one, or gone.
        if (attachments !== asked) return;
        post({ type: 'detail', run: folder, from, to, columns });
      }
    },
  };
}
