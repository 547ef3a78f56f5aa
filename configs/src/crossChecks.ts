import { patternTrouble } from './patternTrouble.ts';
import type { ConfigYaml } from './schema/configSchema.ts';

/** What is wrong between keys that are each right. */
export interface CrossProblem {
  path: string[];
  code: string;
  message: string;
}

/** Everything that the config alone tells; files, tokenizers and machines are looked at elsewhere. */
export function crossChecks(config: ConfigYaml): CrossProblem[] {
  return [
    ...studentChecks(config),
    ...teacherChecks(config),
    ...weightChecks(config),
    ...rangeChecks(config),
    ...metricChecks(config),
    ...ruleChecks(config),
  ];
}

function studentChecks({ student, tokenizer, teacher }: ConfigYaml): CrossProblem[] {
  const problems: CrossProblem[] = [];
  const { model, architecture } = student;
  const add = (path: string[], message: string) =>
    problems.push({ path: ['student', ...path], code: 'config/student', message });
  if (model === null && architecture === null) {
    add([], 'student: give model (a checkpoint folder) or architecture (a new model)');
  }
  if (model !== null && architecture !== null) {
    add(['architecture'], 'student: model and architecture exclude each other; leave one out');
  }
  if (architecture === null) return problems;
  const { hidden_size, num_attention_heads, num_key_value_heads, head_dim } = architecture;
  const size = head_dim ?? hidden_size / num_attention_heads;
  if (size % 2 !== 0) {
    const message = `student.architecture: the size of a head is ${size}, but RoPE wants an even whole number; change hidden_size or num_attention_heads, or set head_dim`;
    add(['architecture', head_dim === null ? 'hidden_size' : 'head_dim'], message);
  }
  if (num_attention_heads % num_key_value_heads !== 0) {
    const message = `student.architecture.num_key_value_heads: ${num_key_value_heads} does not divide num_attention_heads, which is ${num_attention_heads}`;
    add(['architecture', 'num_key_value_heads'], message);
  }
  if (tokenizer === null && teacher.model === null) {
    const message =
      'tokenizer: a new student (student.architecture) without a teacher brings none; name a tokenizer.json';
    problems.push({ path: ['tokenizer'], code: 'config/tokenizer', message });
  }
  return problems;
}

function teacherChecks({ teacher, weights }: ConfigYaml): CrossProblem[] {
  const problems: CrossProblem[] = [];
  if (teacher.type === 'checkpoint' && teacher.model === null) {
    const message = 'teacher.model: give a checkpoint folder, or set teacher.type: none';
    problems.push({ path: ['teacher', 'model'], code: 'config/teacher', message });
  }
  if (teacher.type === 'none' && teacher.model !== null) {
    const message = 'teacher.model: is not used with teacher.type: none; leave one of them out';
    problems.push({ path: ['teacher', 'model'], code: 'config/teacher', message });
  }
  if (teacher.type === 'none' && weights.strategy === 'confidence') {
    const message =
      "weights.strategy: confidence weighs by the teacher's entropy, and teacher.type is none";
    problems.push({ path: ['weights', 'strategy'], code: 'config/teacher', message });
  }
  return problems;
}

function weightChecks({ weights }: ConfigYaml): CrossProblem[] {
  const { reasoning, action, observation, other } = weights;
  if (Math.max(reasoning, action, observation, other) > 0) return [];
  const message =
    'weights: reasoning, action, observation and other are all 0, so nothing would be learnt';
  return [{ path: ['weights'], code: 'config/weights', message }];
}

function rangeChecks({ weights, loss }: ConfigYaml): CrossProblem[] {
  const ranges = [
    { path: ['weights', 'adaptive'], ...weights.adaptive },
    { path: ['loss', 'temperature'], ...loss.temperature },
  ];
  return ranges
    .filter(({ min, max }) => min > max)
    .map(({ path, min, max }) => ({
      path: [...path, 'min'],
      code: 'config/range',
      message: `${path.join('.')}: min is ${min} and max is ${max}; min must not be above max`,
    }));
}

function metricChecks({ train, checkpoints, data, eval: evaluation }: ConfigYaml): CrossProblem[] {
  const { metric, patience } = train.early_stopping;
  const problems: CrossProblem[] = [];
  const heldOut = Array.isArray(data.eval) ? data.eval.length : data.eval;
  if (patience > 0 && metric.startsWith('eval/') && heldOut === 0) {
    const message = `train.early_stopping.metric: ${metric} needs held-out data, but data.eval holds none out`;
    problems.push({ path: ['train', 'early_stopping', 'metric'], code: 'config/metric', message });
  }
  if (patience > 0 && evaluation.every === 0) {
    const message = 'eval.every: is 0, so train.early_stopping never sees its metric';
    problems.push({ path: ['eval', 'every'], code: 'config/metric', message });
  }
  const used = [
    { path: ['train', 'early_stopping', 'metric'], name: patience > 0 ? metric : '' },
    { path: ['checkpoints', 'best'], name: checkpoints.best },
  ];
  for (const { path, name } of used) {
    if (!name.startsWith('play/') || evaluation.environment !== null) continue;
    const message = `${path.join('.')}: ${name} comes from playing, but eval.environment is not set`;
    problems.push({ path, code: 'config/metric', message });
  }
  return problems;
}

function ruleChecks({ data }: ConfigYaml): CrossProblem[] {
  return Object.entries(data.rules).flatMap(([name, rules]) =>
    Object.entries(rules).flatMap(([kind, pattern]) => {
      const trouble = patternTrouble(pattern ?? '');
      if (trouble === null) return [];
      const message = `data.rules.${name}.${kind}: is not a regular expression: ${trouble}`;
      return [{ path: ['data', 'rules', name, kind], code: 'config/pattern', message }];
    }),
  );
}
