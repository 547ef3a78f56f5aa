import type { Unit } from './formatValue.ts';
import { t } from './l10n.ts';

/** How a quantity is shown. */
export interface Quantity {
  /** Quantities with one chart are drawn together. */
  chart: string;
  /** Its name inside that chart, in English; empty for the chart's own quantity. */
  label: string;
  smoothed: boolean;
}

/** What a chart is about. */
export interface ChartKind {
  title: string;
  section: string;
  unit: Unit;
  /** What the axis says. */
  axis: string;
}

export const SECTIONS = [
  t('Loss'),
  t('Agreement with the teacher'),
  t('Optimisation'),
  t('Speed and memory'),
  t('Play'),
  t('Other'),
];

const [LOSS, AGREEMENT, OPTIMISATION, SPEED, PLAY, OTHER] = SECTIONS as [
  string,
  string,
  string,
  string,
  string,
  string,
];

function chart(title: string, section: string, unit: Unit, axis = ''): ChartKind {
  return { title, section, unit, axis };
}

/** Charts in the order in which they are shown. */
export const CHARTS: Readonly<Record<string, ChartKind>> = {
  loss: chart(t('Loss'), LOSS, 'nats', t('nats per token')),
  divergence: chart(t('Divergence from the teacher'), LOSS, 'nats', t('nats per token')),
  cross_entropy: chart(t('Cross-entropy'), LOSS, 'nats', t('nats per token')),
  teacher_agreement: chart(t('Top token is the teacher’s'), AGREEMENT, 'share'),
  token_accuracy: chart(t('Top token is the observed one'), AGREEMENT, 'share'),
  student_entropy: chart(t('Entropy of the student'), AGREEMENT, 'nats', t('nats')),
  teacher_entropy: chart(t('Entropy of the teacher'), AGREEMENT, 'nats', t('nats')),
  teacher_mass: chart(t('Teacher’s mass inside the top k'), AGREEMENT, 'share'),
  learning_rate: chart(t('Learning rate'), OPTIMISATION, 'none'),
  grad_norm: chart(t('Gradient norm'), OPTIMISATION, 'none'),
  weight: chart(t('Weights in force'), OPTIMISATION, 'none'),
  temperature: chart(t('Temperature'), OPTIMISATION, 'none'),
  loss_scale: chart(t('Loss scale'), OPTIMISATION, 'count'),
  skipped_steps: chart(t('Skipped steps'), OPTIMISATION, 'count'),
  tokens_per_second: chart(t('Tokens per second'), SPEED, 'rate', t('tokens / s')),
  memory_bytes: chart(t('Memory'), SPEED, 'bytes'),
  padding_share: chart(t('Padding'), SPEED, 'share'),
  tokens: chart(t('Supervised tokens'), SPEED, 'count', t('tokens')),
  data_seconds: chart(t('Waiting for data'), SPEED, 'seconds'),
  seconds_left: chart(t('Time left'), SPEED, 'seconds'),
  'play/success': chart(t('Success in the environment'), PLAY, 'share'),
  'play/steps': chart(t('Steps per episode'), PLAY, 'count', t('steps')),
  'play/reasoning_tokens': chart(t('Reasoning per episode'), PLAY, 'count', t('tokens')),
  'play/action_agreement': chart(t('Actions that are the teacher’s'), PLAY, 'share'),
  'play/reasoning_match': chart(t('Reasoning that matches the teacher’s'), PLAY, 'share'),
};

/** Quantities that do not have a chart of their own name. */
const SHARED: Readonly<Record<string, { chart: string; label: string }>> = {
  grad_norm: { chart: 'grad_norm', label: 'as computed' },
  grad_norm_clipped: { chart: 'grad_norm', label: 'clipped' },
  supervised_tokens_per_second: { chart: 'tokens_per_second', label: 'supervised' },
};

/** What is set, not measured, has no noise to smooth. */
const NOT_SMOOTHED = new Set([
  'learning_rate',
  'weight',
  'temperature',
  'loss_scale',
  'skipped_steps',
  'memory_bytes',
  'seconds_left',
]);

/** Evaluations are few and whole: only what training measures step by step is smoothed. */
export function quantityOf(phase: string, quantity: string): Quantity {
  const own = phase === 'play' ? `play/${quantity}` : quantity;
  const { chart: chartId, label } = SHARED[own] ?? { chart: own, label: '' };
  return { chart: chartId, label, smoothed: phase === 'train' && !NOT_SMOOTHED.has(quantity) };
}

/** An unknown chart is shown too, under its name in the file. */
export function chartKind(id: string): ChartKind {
  return CHARTS[id] ?? chart(id, OTHER, 'none');
}
