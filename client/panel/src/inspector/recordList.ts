import { counted } from '../counted.ts';
import { formatNumber } from '../formatValue.ts';
import type { InspectedFile, InspectorRow } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { newest, type Ask, whyNot } from './ask.ts';
import { isPlain, listTools, type RowChoice } from './listTools.ts';
import { ROW_HEIGHT, rowView } from './rowView.ts';
import { virtualList } from './virtualList.ts';

export interface RecordList {
  elements: HTMLElement[];
  /** The file has been read further. */
  update(file: InspectedFile): void;
  /** That record is shown now. */
  mark(record: number): void;
  /** The record after it in the list, or before it. */
  beside(record: number, direction: 1 | -1): Promise<number>;
  filterBy(filter: string): void;
}

/** The list of a file's records, as it is sorted and filtered. */
export function recordList(
  ask: Ask,
  { choose, trouble }: { choose: (record: number) => void; trouble: (why: string) => void },
): RecordList {
  let records = 0;
  let total = 0;
  let marked = -1;
  const askRows = (from: number, count: number, record?: number) =>
    ask('rows', { from, count, ...tools.choice, ...(record === undefined ? {} : { record }) });
  const list = virtualList<InspectorRow>({
    label: t('Records'),
    rowHeight: ROW_HEIGHT,
    load: async (from, count) => (await askRows(from, count)).rows,
    draw: rowView,
    choose: (row) => choose(row.record),
  });
  const askTotal = newest(() => askRows(0, 1, Math.max(0, marked)));
  const refresh = async ({ isNew }: { isNew: boolean }) => {
    const answer = await askTotal(undefined);
    if (answer === null) return;
    const isSame = answer.total === total;
    total = answer.total;
    if (isNew) list.reset(total);
    else if (isPlain(tools.choice)) list.setTotal(total);
    else if (!isSame) list.renew(total);
    tools.say(...told(tools.choice, answer.problem, { total, records }));
    // Of a list that was sorted anew its beginning is looked at.
    if (isNew) list.mark(marked < 0 ? -1 : answer.place);
    else select(answer.place);
  };
  const select = (place: number) => {
    // Only where a row stands for one record is the marked one seen.
    if (marked >= 0 && place >= 0 && list.selected !== place) list.select(place);
  };
  const tools = listTools(
    () => void refresh({ isNew: true }).catch((error: unknown) => tools.say(whyNot(error), true)),
    async () => (await ask('filters', {})).filters,
  );
  return {
    elements: [tools.element, list.element],
    update(file) {
      records = file.records;
      refresh({ isNew: false }).catch((error: unknown) => trouble(whyNot(error)));
    },
    mark(record) {
      marked = record;
      if (isPlain(tools.choice)) {
        if (total === records && record < total) select(record);
        return;
      }
      askRows(0, 1, record).then(
        ({ place }) => {
          if (record !== marked) return;
          if (place < 0) list.mark(-1);
          else select(place);
        },
        (error: unknown) => trouble(whyNot(error)),
      );
    },
    async beside(record, direction) {
      if (isPlain(tools.choice)) return Math.max(0, record + direction);
      const { place } = await askRows(0, 1, record);
      const [row] = (await askRows(Math.max(0, place < 0 ? 0 : place + direction), 1)).rows;
      return row?.record ?? record;
    },
    filterBy: (filter) => tools.filterBy(filter),
  };
}

function told(
  choice: RowChoice,
  problem: string,
  { total, records }: { total: number; records: number },
): [text: string, isProblem: boolean] {
  if (problem !== '') return [problem, true];
  if (choice.filter.trim() === '') return ['', false];
  return [t('{0} of {1}', formatNumber(total), counted.records(records)), false];
}
