import '../page/theme.css';
import './inspector.css';
import './record.css';
import { counted } from '../counted.ts';
import { formatValue } from '../formatValue.ts';
import type {
  FromInspector,
  InspectedFile,
  InspectorChoices,
  InspectorMatch,
  InspectorRecord,
  InspectorRow,
  Reveal,
  ToInspector,
} from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html, replaceWith } from '../page/elements.ts';
import { createAsk, newest, type Ask, whyNot } from './ask.ts';
import { createChoices } from './choices.ts';
import { filterBar } from './filterBar.ts';
import { handleKeys, type KeyActions } from './keys.ts';
import { recordView, type RecordView } from './recordView.ts';
import { searchBox, type SearchBox } from './searchBox.ts';
import { virtualList } from './virtualList.ts';

interface Host {
  postMessage(message: FromInspector): void;
  getState(): unknown;
  setState(state: { record: number }): void;
}

declare const acquireVsCodeApi: () => Host;

const host = acquireVsCodeApi();
const post = (message: FromInspector) => host.postMessage(message);
const questions = createAsk(post);
const { ask } = questions;
const root = document.getElementById('page')!;
let page: InspectorPage | null = null;

window.addEventListener('message', ({ data }: MessageEvent<ToInspector>) => {
  if (data.type === 'file') {
    page = inspectorPage(data.file, data.choices);
    open(data.reveal);
  } else if (data.type === 'progress') page?.progress(data.file);
  else if (data.type === 'reveal') open(data.reveal);
  else if (data.type === 'answer') questions.answer(data.id, data.result);
  else if (data.id === null) root.replaceChildren(html('p', { class: 'problem' }, data.message));
  else questions.refuse(data.id, data.message);
});
post({ type: 'ready' });

function open(reveal: Reveal | null): void {
  void page?.open(reveal);
}

interface InspectorPage {
  progress(file: InspectedFile): void;
  open(reveal: Reveal | null): Promise<void>;
}

function inspectorPage(first: InspectedFile, initial: InspectorChoices): InspectorPage {
  const choices = createChoices(initial, (state) => post({ type: 'choices', choices: state }));
  const record = recordView(ask, choices, post);
  const askForRecord = recordAsker(record);
  const showRecord = async (index: number) => {
    const found = await askForRecord(index);
    if (found === null) return false;
    record.show(found);
    shown = index;
    selectShown();
    host.setState({ record: index });
    return true;
  };
  const selectShown = () => {
    // Only where a row stands for one record is its place the record's number.
    if (total === recordCount && shown < total && list.selected !== shown) list.select(shown);
  };
  const list = virtualList<InspectorRow>({
    label: t('Records'),
    rowHeight: 44,
    load: async (from, count) => (await ask('rows', { from, count })).rows,
    draw: drawRow,
    choose: (row) => void showRecord(row.record),
  });
  const search = searchBox(ask, {
    hidden: () => choices.state.hidden,
    go: (match, { focus }) =>
      void showRecord(match.record).then((isShown) => {
        if (isShown) record.goTo(match.span, { text: matched(match), focus });
      }),
  });
  const filter = filterBar(choices);
  const head = html('p', { class: 'file' });
  const raw = toggle(t('Raw'), initial.raw, (pressed) => choices.setRaw(pressed));
  const { tokens, heat } = tokenToggles(record);
  const keys = handleKeys(keyActions({ record, search, showRecord, raw, tokens, heat }));
  const modes = html('div', { class: 'modes' }, raw, tokens, heat, keys);
  const title = html('h1', { class: 'heard' }, first.name);
  const nav = html('nav', { 'aria-label': t('Records') }, search.results, list.element);
  root.replaceChildren(
    html('header', { class: 'bar' }, title, head, search.element, filter.element, modes),
    html('main', { class: 'panes' }, nav, record.element),
  );
  let recordCount = first.records;
  let total = 0;
  let shown = Number.POSITIVE_INFINITY;
  const progress = (file: InspectedFile) => {
    recordCount = file.records;
    replaceWith(head, fileHead(file));
    filter.count(file.byKind);
    ask('rows', { from: 0, count: 1 }).then(
      (rows) => {
        total = rows.total;
        list.setTotal(total);
        // The record can be there before the list is.
        selectShown();
      },
      (error: unknown) => record.say(whyNot(error)),
    );
  };
  progress(first);
  return {
    progress,
    async open(reveal) {
      if (first.complete && first.records === 0) {
        record.say(noTrajectory(first));
        return;
      }
      const kept = host.getState() as { record: number } | undefined;
      try {
        await showRecord(reveal === null ? (kept?.record ?? 0) : await recordAt(ask, reveal.byte));
      } catch (error) {
        record.say(whyNot(error));
      }
    },
  };
}

/** Null where another record was asked for meanwhile, and where there is none to be had, which is said. */
function recordAsker(
  record: Pick<RecordView, 'say'>,
): (index: number) => Promise<InspectorRecord | null> {
  const askNewest = newest((index: number) => ask('record', { record: index }));
  return (index) =>
    askNewest(index).catch((error: unknown) => {
      record.say(whyNot(error));
      return null;
    });
}

interface KeyTargets {
  record: RecordView;
  search: SearchBox;
  showRecord: (index: number) => Promise<boolean>;
  raw: HTMLElement;
  tokens: HTMLElement;
  heat: HTMLElement;
}

function keyActions({ record, search, showRecord, raw, tokens, heat }: KeyTargets): KeyActions {
  return {
    next: (sameKind) => record.move(1, sameKind),
    previous: (sameKind) => record.move(-1, sameKind),
    fold: () => record.toggleFold(),
    search: () => search.focus(),
    match: (direction) => search.step(direction),
    step: (direction) => void showRecord(Math.max(0, (record.record?.record ?? 0) + direction)),
    raw: () => raw.click(),
    tokens: () => tokens.click(),
    heat: () => heat.click(),
  };
}

function noTrajectory({ reason }: InspectedFile): string {
  return t('This is no trajectory: {0}. “Choose Trajectory Format” reads it as one.', reason);
}

function matched({ excerpt, at, length }: InspectorMatch): string {
  return excerpt.slice(at, at + length);
}

/** Tokens, or tokens with losses; the one lets the other go. */
function tokenToggles({ showTokens }: Pick<RecordView, 'showTokens'>) {
  const tokens = toggle(t('Tokens'), false, (pressed) => {
    press(heat, false);
    showTokens(pressed ? 'tokens' : null);
  });
  const heat = toggle(t('Loss heat'), false, (pressed) => {
    press(tokens, false);
    showTokens(pressed ? 'heat' : null);
  });
  return { tokens, heat };
}

function drawRow({ record, records, id, byKind }: InspectorRow): Node[] {
  const name =
    records > 1
      ? t('Records {0} to {1}', record + 1, record + records)
      : (id ?? t('Record {0}', record + 1));
  const total = Object.values(byKind).reduce((sum, count) => sum + count, 0);
  const bar = html('span', { class: 'kind-bar', 'aria-hidden': 'true' });
  for (const [kind, count] of Object.entries(byKind)) {
    const part = html('i', { 'data-kind': kind });
    part.style.flexGrow = String(count);
    bar.append(part);
  }
  return [
    html('span', { class: 'name' }, name),
    html('span', { class: 'number' }, counted.spans(total)),
    bar,
  ];
}

function fileHead(file: InspectedFile): Node[] {
  const { title, reason, records, size, bytes, complete } = file;
  const progress = complete ? null : t('{0} % read', Math.floor((100 * bytes) / Math.max(1, size)));
  const facts = [counted.records(records), formatValue(size, 'bytes'), progress];
  const format = html('span', { class: 'format', title: reason }, title);
  return [format, html('span', {}, facts.filter((fact) => fact !== null).join(' · '))];
}

function toggle(text: string, pressed: boolean, act: (pressed: boolean) => void): HTMLElement {
  const button = html('button', { type: 'button', 'aria-pressed': pressed }, text);
  button.addEventListener('click', () => {
    const next = button.getAttribute('aria-pressed') !== 'true';
    press(button, next);
    act(next);
  });
  return button;
}

function press(button: HTMLElement, pressed: boolean): void {
  button.setAttribute('aria-pressed', String(pressed));
}

/** The record that holds a byte: rows lie in the order of the file. */
async function recordAt(askRows: Ask, byte: number): Promise<number> {
  let low = 0;
  let high = (await askRows('rows', { from: 0, count: 1 })).total - 1;
  let found = 0;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [row] = (await askRows('rows', { from: middle, count: 1 })).rows;
    if (row === undefined) break;
    if (row.byte <= byte) {
      found = row.record;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}
