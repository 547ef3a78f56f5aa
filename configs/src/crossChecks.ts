import { labelPatternTrouble, type Problem } from '@deepcoder/vocabulary';
import {
  givesScores,
  isScoreServer,
  runTokenizerPlace,
  teacherTokenizerPlace,
} from './teacherKinds.ts';
import type { ConfigYaml } from './schema/configSchema.ts';
import { BUILT_IN_ENVIRONMENTS } from './schema/environmentSchema.ts';
import { type Family, FAMILY_KEYS, WITHOUT_ROPE } from './schema/families.ts';

/** What is wrong between keys that are each right; an error. */
export type CrossProblem = Omit<Problem<{ path: string[] }>, 'severity'>;

/** Everything that the config alone tells; files, tokenizers and machines are looked at elsewhere. */
export function crossChecks(config: ConfigYaml): CrossProblem[] {
  return [
    ...studentChecks(config),
    ...teacherChecks(config),
    ...alignmentChecks(config),
    ...weightChecks(config),
    ...rangeChecks(config),
    ...environmentChecks(config),
    ...rolloutChecks(config),
    ...faultChecks(config),
    ...metricChecks(config),
    ...ruleChecks(config),
  ];
}

function studentChecks(config: ConfigYaml): CrossProblem[] {
  const { student } = config;
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
  for (const [key, families] of Object.entries<readonly Family[]>(FAMILY_KEYS)) {
    const { type } = architecture;
    if (architecture[key as keyof typeof FAMILY_KEYS] === null || families.includes(type)) continue;
    const message = `student.architecture.${key}: ${type} has none; only ${families.join(', ')}`;
    add(['architecture', key], message);
  }
  const { hidden_size, num_attention_heads, num_key_value_heads, head_dim } = architecture;
  const size = head_dim ?? hidden_size / num_attention_heads;
  if (WITHOUT_ROPE.includes(architecture.type)) {
    if (hidden_size % num_attention_heads !== 0) {
      const message = `student.architecture.hidden_size: ${hidden_size} is no multiple of num_attention_heads, which is ${num_attention_heads}`;
      add(['architecture', 'hidden_size'], message);
    }
  } else if (size % 2 !== 0) {
    const message = `student.architecture: the size of a head is ${size}, but RoPE wants an even whole number; change hidden_size or num_attention_heads, or set head_dim`;
    add(['architecture', head_dim === null ? 'hidden_size' : 'head_dim'], message);
  }
  const sharesKeys = !WITHOUT_ROPE.includes(architecture.type);
  if (sharesKeys && num_attention_heads % num_key_value_heads !== 0) {
    const message = `student.architecture.num_key_value_heads: ${num_key_value_heads} does not divide num_attention_heads, which is ${num_attention_heads}`;
    add(['architecture', 'num_key_value_heads'], message);
  }
  if (runTokenizerPlace(config) === null) {
    const message =
      "tokenizer: a new student (student.architecture) without a teacher's checkpoint brings none; name a tokenizer.json";
    problems.push({ path: ['tokenizer'], code: 'config/tokenizer', message });
  }
  return problems;
}

function teacherChecks({ teacher, weights }: ConfigYaml): CrossProblem[] {
  const problems: CrossProblem[] = [];
  const { type, model, url, api_key, launch } = teacher;
  const add = (path: string[], message: string) =>
    problems.push({ path, code: 'config/teacher', message });
  const isServer = type !== 'checkpoint' && type !== 'none';
  if (type === 'checkpoint' && model === null) {
    add(['teacher', 'model'], 'teacher.model: give a checkpoint folder, or set teacher.type: none');
  }
  if (type === 'none' && model !== null) {
    add(
      ['teacher', 'model'],
      'teacher.model: is not used with teacher.type: none; leave one of them out',
    );
  }
  if (isServer && url === null && launch === null) {
    add(['teacher', 'url'], `teacher.url: teacher.type: ${type} needs the server's address`);
  }
  if (launch !== null) for (const one of launchChecks(teacher)) add(...one);
  if (type === 'openai' && model === null) {
    add(['teacher', 'model'], 'teacher.model: teacher.type: openai needs the name of the model');
  }
  for (const [key, value] of Object.entries({ url, api_key })) {
    if (isServer || value === null) continue;
    add(
      ['teacher', key],
      `teacher.${key}: is for a server, and teacher.type is ${type}; set teacher.type to sglang, vllm or openai, or leave it out`,
    );
  }
  if (!givesScores(type) && weights.strategy === 'confidence') {
    add(
      ['weights', 'strategy'],
      `weights.strategy: confidence weighs by the teacher's entropy, and teacher.type is ${type}`,
    );
  }
  return problems;
}

function launchChecks({ type, model, url }: ConfigYaml['teacher']): [string[], string][] {
  const problems: [string[], string][] = [];
  if (!isScoreServer(type)) {
    const message = `teacher.launch: starts an SGLang or vLLM server, and teacher.type is ${type}; set teacher.type to sglang or vllm, or leave it out`;
    problems.push([['teacher', 'launch'], message]);
  } else if (model === null) {
    problems.push([['teacher', 'model'], 'teacher.model: teacher.launch needs the model to serve']);
  }
  if (url !== null) {
    const message =
      'teacher.url: is given by the server that teacher.launch starts; leave one of them out';
    problems.push([['teacher', 'url'], message]);
  }
  return problems;
}

/** What needs the teacher's whole distribution has only a part of it where tokens are paired by their bytes. */
function alignmentChecks({ teacher, weights, loss, data }: ConfigYaml): CrossProblem[] {
  if (teacher.align === 'ids') return [];
  const problems: CrossProblem[] = [];
  const add = (path: string[], message: string) =>
    problems.push({ path, code: 'config/teacher', message });
  if (!givesScores(teacher.type)) {
    add(
      ['teacher', 'align'],
      `teacher.align: bytes is for a teacher that gives scores, and teacher.type is ${teacher.type}; leave it out`,
    );
  } else if (teacherTokenizerPlace(teacher) === null) {
    add(
      ['teacher', 'tokenizer'],
      "teacher.tokenizer: teacher.align: bytes needs the teacher's tokenizer; name its folder or its model on the Hub",
    );
  }
  const wants = (path: string[], what: string) =>
    add(
      path,
      `${path.join('.')}: ${what} needs the teacher's entropy at every token, which teacher.align: bytes does not give`,
    );
  if (weights.strategy === 'confidence') wants(['weights', 'strategy'], 'confidence');
  if (loss.temperature.schedule === 'entropy') {
    wants(['loss', 'temperature', 'schedule'], 'entropy');
  }
  if (data.order === 'curriculum' && weights.curriculum.complexity.teacher_entropy > 0) {
    wants(['weights', 'curriculum', 'complexity', 'teacher_entropy'], 'a weight above 0');
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

function environmentChecks({ env, eval: evaluation, train }: ConfigYaml): CrossProblem[] {
  const problems: CrossProblem[] = [];
  const add = (path: string[], message: string): void => {
    problems.push({ path, code: 'config/environment', message: `${path.join('.')}: ${message}` });
  };
  for (const [name, { command, bridge, url }] of Object.entries(env)) {
    const path = ['env', name];
    const given = [command, bridge, url].filter((one) => one !== null).length;
    if (given !== 1) add(path, 'give one of command, bridge and url');
    if ((BUILT_IN_ENVIRONMENTS as readonly string[]).includes(name)) {
      add(path, 'is the name of a built-in environment; take another');
    }
  }
  const known = [...BUILT_IN_ENVIRONMENTS, ...Object.keys(env)];
  const named = [
    { path: ['eval', 'environment'], name: evaluation.environment },
    { path: ['train', 'rollout', 'environment'], name: train.rollout.environment },
    ...evaluation.environments.map(({ name }, index) => ({
      ...{ path: ['eval', 'environments', String(index), 'name'], name },
    })),
  ];
  for (const { path, name } of named) {
    if (name === null || known.includes(name)) continue;
    add(path, `there is no environment "${name}"; there is ${known.join(', ')} (env adds more)`);
  }
  if (evaluation.environment !== null && evaluation.environments.length > 0) {
    add(['eval', 'environment'], 'is the short form of eval.environments; leave one of them out');
  }
  return problems;
}

function rolloutChecks({ train, teacher }: ConfigYaml): CrossProblem[] {
  const { share, curriculum } = train.rollout;
  const problems: CrossProblem[] = [];
  if (share > 0 && !givesScores(teacher.type)) {
    const message = `train.rollout.share: the teacher scores what the student says, and teacher.type is ${teacher.type}; take checkpoint, sglang or vllm`;
    problems.push({
      ...{ path: ['train', 'rollout', 'share'], code: 'config/rollout', message },
    });
  }
  if (share > 0 && teacher.align === 'bytes') {
    const message =
      'train.rollout.share: a teacher that is aligned by bytes (teacher.align) cannot score what the student says yet; take one that shares its tokenizer';
    problems.push({
      ...{ path: ['train', 'rollout', 'share'], code: 'config/rollout', message },
    });
  }
  if (curriculum !== null && curriculum.start > curriculum.max) {
    const { start, max } = curriculum;
    const message = `train.rollout.curriculum: start is ${start} and max is ${max}; start must not be above max`;
    problems.push({
      ...{ path: ['train', 'rollout', 'curriculum', 'start'], code: 'config/range', message },
    });
  }
  return problems;
}

/** Faults are there to be recovered from; without the mask they would be learnt. */
function faultChecks({ data }: ConfigYaml): CrossProblem[] {
  if (data.mask_steps.includes('invalid_action')) return [];
  return data.train.flatMap((source, index) => {
    if (!/^env:.*[?&]faults=[\d.]*[1-9]/.test(source)) return [];
    const message = `data.train.${index}: with faults the expert does what is refused, and that would be learnt; set data.mask_steps: [invalid_action]`;
    return [{ path: ['data', 'train', String(index)], code: 'config/faults', message }];
  });
}

function metricChecks({
  train,
  checkpoints,
  data,
  teacher,
  eval: evaluation,
}: ConfigYaml): CrossProblem[] {
  const { metric, patience } = train.early_stopping;
  const problems: CrossProblem[] = [];
  const heldOut = Array.isArray(data.eval) ? data.eval.length : data.eval;
  if (patience > 0 && heldOut === 0) {
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
    if (!/divergence|agreement/.test(name) || teacher.type !== 'none') continue;
    const message = `${path.join('.')}: ${name} compares with a teacher, but teacher.type is none`;
    problems.push({ path, code: 'config/metric', message });
  }
  return problems;
}

function ruleChecks({ data }: ConfigYaml): CrossProblem[] {
  return Object.entries(data.rules).flatMap(([name, rules]) =>
    Object.entries(rules).flatMap(([kind, pattern]) => {
      const trouble = labelPatternTrouble(pattern ?? '');
      if (trouble === null) return [];
      const message = `data.rules.${name}.${kind}: is not a regular expression: ${trouble}`;
      return [{ path: ['data', 'rules', name, kind], code: 'config/pattern', message }];
    }),
  );
}
