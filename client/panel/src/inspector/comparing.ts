import type { ComparedWith, FromInspector, InspectorRecord } from '../inspectorMessages.ts';
import { t } from '../l10n.ts';
import { html } from '../page/elements.ts';

export interface Comparing {
  /** Which record others are compared with now. */
  told(compared: ComparedWith | null): void;
  /** The buttons in a record's head. */
  actions(record: InspectorRecord): HTMLElement[];
  /** Something else is shown in place of a record's spans. */
  isOver(): void;
}

/** Selecting a record for comparison, and showing others beside it. */
export function comparing(
  post: (message: FromInspector) => void,
  { show, redraw }: { show: (isComparing: boolean) => void; redraw: () => void },
): Comparing {
  let compared: ComparedWith | null = null;
  let isComparing = false;
  return {
    told(next) {
      compared = next;
      redraw();
    },
    isOver: () => (isComparing = false),
    actions({ record, trajectories }) {
      const name = trajectories[0]?.id ?? t('Record {0}', record + 1);
      const select = html('button', { type: 'button' }, t('Select for comparison'));
      select.addEventListener('click', () => post({ type: 'selectForComparison', record, name }));
      if (compared === null) return [select];
      if (compared.isHere && compared.record === record) {
        select.textContent = t('Selected for comparison');
        select.disabled = true;
        return [select];
      }
      const other = compared.isHere ? compared.name : `${compared.name} (${compared.file})`;
      const compare = html(
        'button',
        { type: 'button', 'aria-pressed': isComparing },
        t('Compare with {0}', other),
      );
      compare.addEventListener('click', () => {
        isComparing = !isComparing;
        show(isComparing);
      });
      return [select, compare];
    },
  };
}
