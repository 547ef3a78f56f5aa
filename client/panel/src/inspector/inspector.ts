import '../page/theme.css';
import './inspector.css';
import './record.css';
import { counted } from '../counted.ts';
import { formatValue } from '../formatValue.ts';
import type {
  ComparedWith,
  FromInspector,
  InspectedFile,
  InspectorChoices,
  InspectorMatch,
  InspectorRecord,
  Reveal,
  ToInspector,
} from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html, replaceWith } from '../page/elements.ts';
import { createAsk, newest, type Ask, whyNot } from './ask.ts';
import { createChoices } from './choices.ts';
import { comparing } from './comparing.ts';
import { comparisonView } from './comparisonView.ts';
import { copyText } from './copyText.ts';
import { filterBar } from './filterBar.ts';
import { handleKeys, type KeyActions } from './keys.ts';
import { loadRaw } from './loadTexts.ts';
import { recordList, type RecordList } from './recordList.ts';
import { recordHead } from './recordHead.ts';
import { recordView, type RecordView } from './recordView.ts';
import { resizer } from './resizer.ts';
import { searchBox, type SearchBox } from './searchBox.ts';
import { tokensView } from './tokensView.ts';

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
  else if (data.type === 'compared') page?.compared(data.compared);
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
  compared(compared: ComparedWith | null): void;
  open(reveal: Reveal | null): Promise<void>;
}

function inspectorPage(first: InspectedFile, initial: InspectorChoices): InspectorPage {
  const choices = createChoices(initial, (state) => post({ type: 'choices', choices: state }));
  const record = recordView(ask, choices, {
    post,
    head: (shown) =>
      recordHead(shown, {
        actions: [...recordActions(shown, search), ...comparison.actions(shown)],
        filterBy: (filter) => list.filterBy(filter),
      }),
  });
  const comparison = comparing(post, {
    show: (isComparing) => toggles.show(isComparing ? 'comparison' : null),
    redraw: () => record.redrawHead(),
  });
  const askForRecord = recordAsker(record);
  const showRecord = async (index: number) => {
    const found = await askForRecord(index);
    if (found === null) return false;
    record.show(found);
    list.mark(index);
    host.setState({ record: index });
    return true;
  };
  const list = recordList(ask, {
    choose: (index) => void showRecord(index),
    trouble: (why) => record.say(why),
  });
  const search = searchBox(ask, {
    hidden: () => choices.state.hidden,
    goToRecord: (index) => void showRecord(index),
    go: (match, { focus }) =>
      void showRecord(match.record).then((isShown) => {
        if (isShown) record.goTo(match.span, { text: matched(match), focus });
      }),
  });
  const filter = filterBar(choices);
  const head = html('p', { class: 'file' });
  const raw = toggle(t('Raw'), initial.raw, (pressed) => choices.setRaw(pressed));
  const toggles = insteadToggles(record, () => comparison.isOver());
  const { tokens, heat } = toggles;
  const keys = handleKeys(keyActions({ record, search, list, showRecord, raw, tokens, heat }));
  const modes = html('div', { class: 'modes' }, raw, tokens, heat, keys);
  const title = html('h1', { class: 'heard' }, first.name);
  const nav = html('nav', { 'aria-label': t('Records') }, search.results, ...list.elements);
  const bar: HTMLElement = resizer(() => panes, {
    share: initial.listShare,
    keep: (share) => choices.setListShare(share),
  });
  const panes = html('main', { class: 'panes' }, nav, bar, record.element);
  root.replaceChildren(
    html('header', { class: 'bar' }, title, head, search.element, filter.element, modes),
    panes,
  );
  const progress = (file: InspectedFile) => {
    replaceWith(head, fileHead(file));
    filter.count(file.byKind);
    list.update(file);
  };
  progress(first);
  return {
    progress,
    compared: (compared) => comparison.told(compared),
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
  list: RecordList;
  showRecord: (index: number) => Promise<boolean>;
  raw: HTMLElement;
  tokens: HTMLElement;
  heat: HTMLElement;
}

function keyActions({
  record,
  search,
  list,
  showRecord,
  raw,
  tokens,
  heat,
}: KeyTargets): KeyActions {
  return {
    next: (sameKind) => record.move(1, sameKind),
    previous: (sameKind) => record.move(-1, sameKind),
    fold: () => record.toggleFold(),
    copy: () => record.copy(),
    search: () => search.focus(),
    match: (direction) => search.step(direction),
    step: (direction) => {
      list.beside(record.record?.record ?? 0, direction).then(showRecord, (error: unknown) => {
        record.say(whyNot(error));
      });
    },
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

/** What can be done with the whole of a record. */
function recordActions({ record, length }: InspectorRecord, search: SearchBox): HTMLElement[] {
  const copy = html('button', { type: 'button' }, t('Copy record'));
  copy.addEventListener('click', () =>
    copyText(loadRaw(ask, { record, from: 0, length }), { post, button: copy }),
  );
  const like = html('button', { type: 'button' }, t('More like this'));
  like.addEventListener('click', () => search.like(record));
  return [copy, like];
}

/** What can stand in place of a record's spans. */
type Instead = 'tokens' | 'heat' | 'comparison';

/** One of them at a time: each lets the others go. */
function insteadToggles(
  { showInstead }: Pick<RecordView, 'showInstead'>,
  endComparison: () => void,
) {
  const views: Readonly<Record<Instead, (record: InspectorRecord) => HTMLElement>> = {
    tokens: (record) => tokensView(ask, record, { losses: false }),
    heat: (record) => tokensView(ask, record, { losses: true }),
    comparison: (record) => comparisonView(ask, record),
  };
  const show = (which: Instead | null) => {
    press(tokens, which === 'tokens');
    press(heat, which === 'heat');
    if (which !== 'comparison') endComparison();
    showInstead(which === null ? null : views[which]);
  };
  const tokens = toggle(t('Tokens'), false, (pressed) => show(pressed ? 'tokens' : null));
  const heat = toggle(t('Loss heat'), false, (pressed) => show(pressed ? 'heat' : null));
  return { tokens, heat, show };
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
