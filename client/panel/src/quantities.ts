import { own } from '@deepcoder/vocabulary';
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
  t('Predictions of the student'),
  t('Optimisation'),
  t('Speed and memory'),
  t('Own turns'),
  t('Play'),
  t('Other'),
];

const [LOSS, AGREEMENT, PREDICTIONS, OPTIMISATION, SPEED, OWN, PLAY, OTHER] = SECTIONS as [
  string,
  string,
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
  teacher_entropy: chart(t('Entropy of the teacher'), AGREEMENT, 'nats', t('nats')),
  teacher_mass: chart(t('Teacher’s mass inside the top k'), AGREEMENT, 'share'),
  token_accuracy: chart(t('Top token is the observed one'), PREDICTIONS, 'share'),
  student_entropy: chart(t('Entropy of the student'), PREDICTIONS, 'nats', t('nats')),
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
  data_seconds: chart(t('Waiting for data, per step'), SPEED, 'seconds'),
  seconds_left: chart(t('Time left'), SPEED, 'seconds'),
  'rollout/kl': chart(t('KL from the teacher on own tokens'), OWN, 'nats', t('nats per token')),
  'rollout/kl_slope': chart(t('KL: growth from turn to turn'), OWN, 'nats', t('nats per turn')),
  'rollout/overlap': chart(t('Own tokens in the teacher’s top k'), OWN, 'share'),
  'rollout/entropy_gap': chart(t('Entropy above the teacher’s'), OWN, 'nats', t('nats')),
  'rollout/success': chart(t('Own games that were won'), OWN, 'share'),
  'rollout/turns': chart(t('Turns per game'), OWN, 'count', t('turns')),
  'rollout/depth': chart(t('Turns that may be played'), OWN, 'count', t('turns')),
  'rollout/written_tokens': chart(t('Own tokens per game'), OWN, 'count', t('tokens')),
  'rollout/invalid_actions': chart(t('Actions that were refused'), OWN, 'share'),
  'rollout/truncated': chart(t('Games that were cut short'), OWN, 'share'),
  'rollout/errors': chart(t('Games that the environment spoilt'), OWN, 'share'),
  'rollout/play_seconds': chart(t('Time to play'), OWN, 'seconds'),
  'rollout/score_seconds': chart(t('Time to score'), OWN, 'seconds'),
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
  const ofPhase = `${phase}/${quantity}`;
  const isOwn = phase === 'play' || (phase === 'rollout' && own(CHARTS, ofPhase) !== undefined);
  const id = isOwn ? ofPhase : quantity;
  const { chart: chartId, label } = own(SHARED, id) ?? { chart: id, label: '' };
  return { chart: chartId, label, smoothed: phase === 'train' && !NOT_SMOOTHED.has(quantity) };
}

/** An unknown chart is shown too, under its name in the file. */
export function chartKind(id: string): ChartKind {
  return own(CHARTS, id) ?? chart(id, OTHER, 'none');
}
