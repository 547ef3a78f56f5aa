import { expect, test } from 'vitest';
import { chartPlan } from '../../client/panel/src/chartPlan.ts';
import type { Run } from '../../client/panel/src/run.ts';

function runOf(id: string, names: string[]): Run {
  const one = Float64Array.of(1);
  const series = names.map((name) => ({ name, step: one, tokens: one, time: one, value: one }));
  return {
    id,
    name: id,
    state: 'finished',
    error: null,
    facts: [],
    config: '',
    series,
    play: [],
    episodes: [],
    problems: [],
  };
}

/** `Section: chart (line, line); chart (...)` for each section. */
function outline(runs: Run[]): string {
  return chartPlan(runs)
    .map(({ title, charts }) => {
      const texts = charts.map(
        ({ id, series }) =>
          `${id} (${series.map(({ run, phase, aspect }) => `${run} ${phase} ${aspect}`).join(', ')})`,
      );
      return `${title}: ${texts.join('; ')}`;
    })
    .join('\n');
}

test('metrics are sorted into charts and sections', () => {
  const names = [
    'play/success',
    'train/grad_norm',
    'train/loss/action',
    'eval/loss',
    'train/loss/reasoning',
    'train/loss',
    'train/grad_norm_clipped',
    'train/student_entropy',
    'train/tokens_per_second',
    'train/learning_rate',
  ];
  expect(outline([runOf('a', names)])).toMatchInlineSnapshot(`
    "Loss: loss (a train all, a eval all, a train reasoning, a train action)
    Predictions of the student: student_entropy (a train all)
    Optimisation: learning_rate (a train all); grad_norm (a train as computed, a train clipped)
    Speed and memory: tokens_per_second (a train all)
    Play: play/success (a play all)"
  `);
});

test('an unknown metric is shown, under its own name', () => {
  const [section] = chartPlan([runOf('a', ['train/surprise/action', 'plain'])]);
  expect(section).toMatchObject({
    title: 'Other',
    charts: [{ title: 'surprise', series: [{ aspect: 'action' }] }, { title: 'plain' }],
  });
});

test('runs lie over each other in one chart', () => {
  const runs = [runOf('a', ['train/loss']), runOf('b', ['train/loss'])];
  expect(outline(runs)).toBe('Loss: loss (a train all, b train all)');
});

test('only what training measures step by step is smoothed', () => {
  const names = ['train/loss', 'eval/loss', 'train/learning_rate', 'play/steps'];
  const series = chartPlan([runOf('a', names)]).flatMap(({ charts }) =>
    charts.flatMap((chart) => chart.series),
  );
  const smoothed = series.filter((one) => one.smoothed).map((one) => one.series.name);
  expect(smoothed).toEqual(['train/loss']);
});

test.each<[string, Record<string, number[]>, boolean]>([
  [
    'the loss, but for rounding',
    { 'train/loss': [2, 1 + 1e-9], 'train/cross_entropy': [2, 1] },
    false,
  ],
  [
    'no number where the loss is none',
    { 'train/loss': [NaN], 'train/cross_entropy': [NaN] },
    false,
  ],
  ['another value at one step', { 'train/loss': [2, 1.1], 'train/cross_entropy': [2, 1] }, true],
  ['not measured as often', { 'train/loss': [2], 'train/cross_entropy': [2, 1] }, true],
  [
    'beside a teacher',
    { 'train/loss': [2], 'train/cross_entropy': [2], 'train/divergence': [0] },
    true,
  ],
])('cross-entropy that is %s', (_, values, isShown) => {
  const run = runOf('a', Object.keys(values));
  for (const series of run.series) series.value = Float64Array.from(values[series.name]!);
  expect(outline([run]).includes('cross_entropy')).toBe(isShown);
});
