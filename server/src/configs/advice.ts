import { type ConfigYaml, givesScores, isScoreServer } from '@deepcoder/config';
import type { Problem } from '@deepcoder/vocabulary';

/** Something that works and is yet probably not meant. */
export type Advice = Problem<{ path: string[]; unused?: boolean }>;

/** Whether a key stands in the document, by its path with dots. */
type IsSet = (path: string) => boolean;

/** What a config says without effect, or that is seldom meant. */
export function advice(config: ConfigYaml, isSet: IsSet): Advice[] {
  return [
    ...teacherAdvice(config, isSet),
    ...scheduleAdvice(config, isSet),
    ...unusedKeys(config, isSet),
  ];
}

function teacherAdvice({ teacher, loss, weights }: ConfigYaml, isSet: IsSet): Advice[] {
  const found: Advice[] = [];
  const add = (path: string, code: string, rest: Pick<Advice, 'message' | 'severity'>) =>
    found.push({ path: path.split('.'), code, ...rest });
  if (!givesScores(teacher.type) && loss.kd > 0 && isSet('loss.kd')) {
    const message = `loss.kd is ${loss.kd}, but no teacher gives scores: the student learns from the observed tokens only`;
    add('loss.kd', 'advice/kd-without-teacher', { message, severity: 'warning' });
  }
  if (givesScores(teacher.type) && loss.kd === 0) {
    const message = 'loss.kd is 0: the teacher has no part in the loss';
    add('loss.kd', 'advice/teacher-unused', { message, severity: 'warning' });
  }
  const { value, schedule } = loss.temperature;
  const hottest = schedule === 'constant' ? value : loss.temperature.max;
  if (givesScores(teacher.type) && hottest >= 2 && teacher.top_k < 64) {
    const message = `at temperature ${hottest} much of the mass lies outside the ${teacher.top_k} kept log-probabilities, and the student fits that tail; raise teacher.top_k or lower the temperature`;
    const path = schedule === 'constant' ? 'loss.temperature.value' : 'loss.temperature.max';
    add(path, 'advice/hot-tail', { message, severity: 'warning' });
  }
  if (weights.labels === 0) {
    const message =
      'weights.labels is 0: the student never learns to open a call or to end its turn';
    add('weights.labels', 'advice/labels', { message, severity: 'warning' });
  }
  return found;
}

function scheduleAdvice(
  { train, eval: evaluation, checkpoints }: ConfigYaml,
  isSet: IsSet,
): Advice[] {
  const found: Advice[] = [];
  const { steps, warmup_steps, warmup_ratio } = train;
  const add = (path: string, code: string, rest: Omit<Advice, 'path' | 'code'>) =>
    found.push({ path: path.split('.'), code, ...rest });
  if (steps !== null && warmup_steps !== null && warmup_steps >= steps) {
    const message = `warm-up has ${warmup_steps} of ${steps} steps: the learning rate never reaches ${train.learning_rate}`;
    add('train.warmup_steps', 'advice/warmup', { message, severity: 'warning' });
  }
  if (warmup_steps === null && warmup_ratio > 0.5) {
    const message = 'more than half of the run is warm-up';
    add('train.warmup_ratio', 'advice/warmup', { message, severity: 'warning' });
  }
  const unused = (path: string, message: string) =>
    add(path, 'advice/unused', { message, severity: 'hint', unused: true });
  if (steps !== null && isSet('train.epochs')) {
    unused('train.epochs', 'train.steps says how long to train; epochs has no effect');
  }
  if (warmup_steps !== null && isSet('train.warmup_ratio')) {
    unused('train.warmup_ratio', 'train.warmup_steps says how long; warmup_ratio has no effect');
  }
  if (steps !== null && evaluation.every > steps && isSet('eval.every')) {
    const message = `the run has ${steps} steps: it is measured at the end only`;
    add('eval.every', 'advice/interval', { message, severity: 'info' });
  }
  if (steps !== null && checkpoints.every > steps && isSet('checkpoints.every')) {
    const message = `the run has ${steps} steps: a checkpoint is written at the end only`;
    add('checkpoints.every', 'advice/interval', { message, severity: 'info' });
  }
  const batch = train.micro_batch_size * train.gradient_accumulation_steps;
  if (batch > 1024) {
    const message = `${train.micro_batch_size} rows times ${train.gradient_accumulation_steps} micro-batches are ${batch} rows a step`;
    add('train.gradient_accumulation_steps', 'advice/batch', { message, severity: 'warning' });
  }
  return found;
}

/** Settings of a way that is not taken. */
function unusedKeys(
  { teacher, loss, weights, train, data, eval: evaluation }: ConfigYaml,
  isSet: IsSet,
): Advice[] {
  const names: string[] = typeof loss.type === 'string' ? [loss.type] : Object.values(loss.type);
  const { schedule } = loss.temperature;
  const rules: [path: string, isUsed: boolean, why: string][] = [
    ['loss.alpha', names.includes('alpha'), 'for loss.type: alpha'],
    ['loss.gamma', names.includes('focal'), 'for loss.type: focal'],
    ['loss.beta', names.includes('jsd'), 'for loss.type: jsd'],
    ['loss.generalized_jsd', names.includes('jsd'), 'for loss.type: jsd'],
    [
      'loss.lambda',
      names.includes('symmetric') || names.includes('skew_kl'),
      'for loss.type: symmetric or skew_kl',
    ],
    ...['concurrency', 'max_tokens_in_flight', 'timeout', 'retries'].map(
      (key): [string, boolean, string] => [
        `teacher.${key}`,
        isScoreServer(teacher.type) || teacher.type === 'openai',
        'for a teacher that is a server',
      ],
    ),
    ['loss.temperature.value', schedule === 'constant', 'for schedule: constant'],
    ['loss.temperature.min', schedule !== 'constant', 'for other schedules than constant'],
    ['loss.temperature.max', schedule !== 'constant', 'for other schedules than constant'],
    ['train.loss_scale.initial', train.precision === 'fp16', 'for train.precision: fp16'],
    ['train.loss_scale.growth_interval', train.precision === 'fp16', 'for train.precision: fp16'],
    ['train.early_stopping.metric', train.early_stopping.patience > 0, 'with a patience above 0'],
    ...Object.keys(train.rollout)
      .filter((key) => key !== 'share' && key !== 'curriculum')
      .map((key): [string, boolean, string] => [
        `train.rollout.${key}`,
        train.rollout.share > 0,
        'with a share above 0',
      ]),
    ['eval.games', evaluation.environment !== null, 'with an environment'],
    ...(['adaptive', 'curriculum', 'confidence'] as const).flatMap((name) =>
      Object.keys(weights[name])
        .filter((key) => key !== 'complexity')
        .map((key): [string, boolean, string] => [
          `weights.${name}.${key}`,
          weights.strategy === name,
          `for weights.strategy: ${name}`,
        ]),
    ),
    ...Object.keys(weights.curriculum.complexity).map((key): [string, boolean, string] => [
      `weights.curriculum.complexity.${key}`,
      data.order === 'curriculum',
      'for data.order: curriculum',
    ]),
  ];
  return rules
    .filter(([path, isUsed]) => !isUsed && isSet(path))
    .map(([path, , why]) => {
      const message = `has no effect: it is ${why}`;
      return {
        path: path.split('.'),
        code: 'advice/unused',
        message,
        severity: 'hint',
        unused: true,
      };
    });
}
