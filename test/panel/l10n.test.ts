import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PlannedSeries } from '../../client/panel/src/chartPlan.ts';

afterEach(() => vi.unstubAllGlobals());

/** A module of the panel as it is loaded by a page whose element `texts` holds this; null: it has none. */
async function inPageWith<Module>(content: string | null, load: () => Promise<Module>) {
  const element = content === null ? null : { textContent: content };
  vi.stubGlobal('document', {
    getElementById: (id: string) => (id === 'texts' ? element : null),
  });
  vi.resetModules();
  return load();
}

const loadL10n = () => import('../../client/panel/src/l10n.ts');

describe('t', () => {
  const GERMAN = {
    'Show all': 'Alles zeigen',
    '{0} to {1}': 'von {0} bis {1}',
    '{0} of {1}': 'von {1} sind es {0}',
    odd: 3,
  };

  test.each<[string, string, (string | number)[], string]>([
    ['looked up', 'Show all', [], 'Alles zeigen'],
    ['with what is given in its places', '{0} to {1}', [1, 'x'], 'von 1 bis x'],
    ['in another order', '{0} of {1}', [1, 2], 'von 2 sind es 1'],
    ['not in the bundle', 'Show {0}', ['Loss'], 'Show Loss'],
    ['not a text there', 'odd', [], 'odd'],
    ['named as what every object has', 'constructor', [], 'constructor'],
    ['given a placeholder', '{0} to {1}', ['{1}', '$&'], 'von {1} bis $&'],
    ['given too little', '{0} to {1}', [1], 'von 1 bis {1}'],
  ])('a text that is %s', async (_, text, args, expected) => {
    const { t } = await inPageWith(JSON.stringify(GERMAN), loadL10n);
    expect(t(text, ...args)).toBe(expected);
  });

  test.each<[string, string | null]>([
    ['has no element for them', null],
    ['has nothing in it', ''],
    ['is cut off', '{"Show all": "Al'],
    ['says null', 'null'],
    ['says a number', '3'],
  ])('texts stay as they are where the page %s', async (_, content) => {
    const { t } = await inPageWith(content, loadL10n);
    expect(t('Show all')).toBe('Show all');
    expect(t('{0} to {1}', 1, 2)).toBe('1 to 2');
  });

  test('texts stay as they are where there is no page', async () => {
    vi.resetModules();
    const { t } = await loadL10n();
    expect(t('{0} to {1}', 1, 2)).toBe('1 to 2');
  });
});

test('tables of titles are in the language of the page', async () => {
  const { CHARTS } = await inPageWith(
    '{"Learning rate": "Lernrate"}',
    () => import('../../client/panel/src/quantities.ts'),
  );
  expect(CHARTS['learning_rate']?.title).toBe('Lernrate');
});

test('one and several are whole texts', async () => {
  const { counted } = await inPageWith(
    '{"1 record": "ein Eintrag", "{0} records": "{0} Einträge"}',
    () => import('../../client/panel/src/counted.ts'),
  );
  expect([0, 1, 2].map(counted.records)).toEqual(['0 Einträge', 'ein Eintrag', '2 Einträge']);
  expect([0, 1, 2].map(counted.turns)).toEqual(['0 turns', '1 turn', '2 turns']);
});

test('the columns of a file of numbers are named the same in every language', async () => {
  const { lineName, columnName } = await inPageWith(
    '{"clipped": "gekappt", "held out": "zurückgehalten"}',
    () => import('../../client/panel/src/page/lineName.ts'),
  );
  const planned = { run: 'a', phase: 'eval', aspect: 'clipped' } as PlannedSeries;
  expect(lineName(planned, [])).toBe('gekappt · zurückgehalten');
  expect(columnName(planned, [])).toBe('clipped · held out');
});
