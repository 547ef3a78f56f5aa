import { decodeRecords, toBase64 } from '@deepcoder/vocabulary';
import { liveSeries, type LiveSeries } from '../liveSeries.ts';
import type { FromPanel, RunHead, ToPanel } from '../messages.ts';
import type { Run } from '../run.ts';
import { createDetails } from './details.ts';
import { mountPage, type Page } from './mountPage.ts';
import type { ViewState } from './view.ts';

/** What VS Code gives a webview; what it keeps survives a reload of the window. */
export interface Host {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: Kept): void;
}

/** What the page keeps: its runs' folders and what the reader has chosen. */
interface Kept {
  runs: string[];
  view: Pick<ViewState, 'axis' | 'log' | 'smoothing' | 'range'> & {
    hidden: string[];
    pinned: string[];
  };
}

/** The page inside the editor: runs come as messages, and grow while they train. */
export function showLive(root: HTMLElement, host: Host): void {
  let heads: RunHead[] = [];
  const series = new Map<string, LiveSeries>();
  const runs = (): Run[] =>
    heads.map((head) => ({ ...head, series: [...(series.get(head.id)?.series ?? [])] }));
  const details = createDetails();
  let page: Page | null = null;
  const askForDetail = later(DETAIL_AFTER_MS, () => {
    const shown = page!;
    if (shown.view.state.range === null) return;
    const part = details.missing(runs(), (run) => shown.seen(run));
    if (part !== null) host.postMessage({ type: 'detail', ...part });
  });
  const kept = host.getState() as Kept | undefined;
  const keep = () => {
    if (page === null) return;
    const { axis, log, smoothing, range, hidden, pinned } = page.view.state;
    host.setState({
      runs: heads.map(({ id }) => id),
      view: { axis, log, smoothing, range, hidden: [...hidden], pinned: [...pinned] },
    });
  };
  const mount = () => {
    page = mountPage(root, runs(), {
      ...(kept === undefined ? {} : { state: restored(kept) }),
      details,
      save: (name, content) => void saveFile(host, name, content),
      actions: {
        control: (run, command) => host.postMessage({ type: 'control', run, command }),
        compare: () => host.postMessage({ type: 'compare' }),
      },
    });
    page.view.listen((changed) => {
      if (!changed.has('hover') && !changed.has('revision')) keep();
      if (changed.has('range')) askForDetail();
    });
    keep();
    if (page.view.state.range !== null) askForDetail();
  };
  const frame = oncePerFrame((news) => {
    if (page === null) mount();
    else if (news.has('runs')) {
      page.changed(runs());
      keep();
    } else {
      if (news.has('heads')) page.headsChanged(runs());
      if (news.has('records')) page.grown();
    }
  });
  const receive = (message: ToPanel) => {
    if (message.type === 'runs') {
      frame.say(sameIds(heads, message.runs) ? 'heads' : 'runs');
      heads = message.runs;
    } else if (message.type === 'history') {
      series.set(message.run, liveSeries(message.columns));
      details.drop(message.run);
      frame.say('runs');
    } else if (message.type === 'detail') {
      const { run, from, to, columns } = message;
      details.put(run, { from, to, series: liveSeries(columns).series });
      frame.say('records');
    } else {
      for (const { run, news } of message.runs) {
        const grew = series.get(run)?.append(decodeRecords(news)) ?? false;
        frame.say(grew ? 'runs' : 'records');
      }
      frame.after(() => host.postMessage({ type: 'ack', sequence: message.sequence }));
    }
  };
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isToPanel(data)) receive(data);
  });
  host.postMessage({ type: 'ready' });
}

/** A view that still moves asks for nothing yet. */
const DETAIL_AFTER_MS = 150;

function later(ms: number, act: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
}

/** What is new: other runs or metrics, other facts of the same runs, more records. */
type News = 'runs' | 'heads' | 'records';

/** Gathers what comes between two frames, so that however much it is, the page changes once. */
function oncePerFrame(draw: (news: ReadonlySet<News>) => void): {
  say(news: News): void;
  after(act: () => void): void;
} {
  let news = new Set<News>();
  let acts: (() => void)[] = [];
  const run = () => {
    const [said, todo] = [news, acts];
    news = new Set();
    acts = [];
    draw(said);
    for (const act of todo) act();
  };
  return {
    say(one) {
      if (news.size === 0) requestAnimationFrame(run);
      news.add(one);
    },
    after: (act) => void acts.push(act),
  };
}

function sameIds(a: readonly RunHead[], b: readonly RunHead[]): boolean {
  return a.length === b.length && a.every(({ id }, index) => id === b[index]?.id);
}

function restored({ view }: Kept): Partial<ViewState> {
  return { ...view, hidden: new Set(view.hidden), pinned: new Set(view.pinned) };
}

/** Messages of other parts of the editor (its own devices send some too) are not ours. */
function isToPanel(data: unknown): data is ToPanel {
  const type = (data as { type?: unknown } | null)?.type;
  return ['runs', 'history', 'detail', 'records'].includes(String(type));
}

async function saveFile(host: Host, name: string, content: Blob): Promise<void> {
  const base64 = toBase64(new Uint8Array(await content.arrayBuffer()));
  host.postMessage({ type: 'save', name, base64 });
}
