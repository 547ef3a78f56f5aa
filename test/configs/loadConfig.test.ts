import { describe, expect, it } from 'vitest';
import { load, MINIMAL, problemLines } from './loadHelper.ts';

describe('values', () => {
  it('fills in the defaults of a minimal config', async () => {
    const { config, problems } = await load(MINIMAL);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      run: { name: 'run', seed: 42, dir: 'runs' },
      data: { train: ['a.jsonl'], eval: 0.05, maxLength: 4096, trainOn: 'all' },
      teacher: { type: 'none', topK: 64 },
      loss: { kd: 0.7, type: 'kl', temperature: { value: 1, schedule: 'constant' } },
      weights: { reasoning: 1, action: 1, observation: 0, other: 0, labels: 1 },
      train: { gradientAccumulationSteps: 8, optimizer: { betas: [0.9, 0.999] } },
      student: { model: 'models/s', architecture: null, lora: null },
    });
  });

  it('camel-cases keys, but not what the user named, nor values', async () => {
    const { config } = await load(
      `data:
  train: [a]
  samples: per_turn
  format: {"my_logs/*_x.txt": my_rules}
  rules: {my_rules: {action: "^do:"}}
student: {model: m, lora: {target_modules: [q_proj], use_rslora: true}}
weights: {curriculum: {complexity: {teacher_entropy: 2}}}`,
    );
    expect(config?.data).toMatchObject({
      samples: 'per_turn',
      format: { 'my_logs/*_x.txt': 'my_rules' },
      rules: { my_rules: { action: '^do:' } },
    });
    expect(config?.student.lora).toMatchObject({ targetModules: ['q_proj'], useRslora: true });
    expect(config?.weights.curriculum.complexity.teacherEntropy).toBe(2);
  });

  it('takes a teacher with a model for a checkpoint', async () => {
    const { config } = await load(`${MINIMAL}teacher: {model: t}`);
    expect(config?.teacher.type).toBe('checkpoint');
  });

  it('takes a divergence per kind', async () => {
    const { config } = await load(`${MINIMAL}loss: {type: {reasoning: wasserstein}}`);
    expect(config?.loss.type).toEqual({
      reasoning: 'wasserstein',
      action: 'kl',
      observation: 'kl',
      other: 'kl',
    });
  });
});

describe('layers', () => {
  const files = {
    'main.yaml': `extends: base/b.yaml
data: {train: [x, y]}
train: {optimizer: {eps: 1.0e-6}}
environments:
  gpu: {train: {precision: fp16}, run: {seed: 4}}`,
    'base/b.yaml': `extends: ../root.yaml
train: {optimizer: {betas: [0.5, 0.6]}, learning_rate: 0.5}
run: {seed: 2}`,
    'root.yaml': `extends: fast
data: {train: [a, b, c]}
student: {model: m}
run: {seed: 1, name: rooted}`,
  };

  it('merges maps, replaces lists, and lets the later win', async () => {
    const { config, problems } = await load(files);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      data: { train: ['x', 'y'] },
      run: { seed: 2, name: 'rooted' },
      train: { learningRate: 0.5, optimizer: { betas: [0.5, 0.6], eps: 1e-6 }, precision: 'fp32' },
      log: { every: 10 },
    });
  });

  it.each([
    ['option', { environment: 'gpu' }],
    ['variable', { env: { DEEPCODER_ENV: 'gpu' } }],
  ])('applies the environment named by the %s', async (_, options) => {
    const { config } = await load(files, options);
    expect(config).toMatchObject({ train: { precision: 'fp16' }, run: { seed: 4 } });
  });

  it('puts settings over everything', async () => {
    const { config } = await load(files, {
      environment: 'gpu',
      set: ['run.seed=7', 'data.train=[q]', 'run.seed=8', 'student.lora={r: 4}', 'tokenizer=t=1'],
    });
    expect(config?.run.seed).toBe(8);
    expect(config?.data.train).toEqual(['q']);
    expect(config?.student.lora?.r).toBe(4);
    expect(config?.tokenizer).toBe('t=1');
  });

  it('says of each value where it stands', async () => {
    const { origins } = await load(files, { environment: 'gpu', set: ['run.name=z'] });
    expect(origins['train.optimizer.eps']).toMatchObject({
      file: 'main.yaml',
      line: 3,
      column: 26,
    });
    expect(origins['train.learning_rate']).toMatchObject({ file: 'base/b.yaml', source: 'file' });
    expect(origins['log.every']).toMatchObject({ file: 'preset:fast', source: 'preset' });
    expect(origins['train.precision']).toMatchObject({ environment: 'gpu', line: 5 });
    expect(origins['run.name']).toMatchObject({ source: 'set', file: '--set run.name=z' });
    expect(origins['data.train.1']).toMatchObject({ file: 'main.yaml', line: 2, column: 19 });
    expect(origins['train.max_grad_norm']).toMatchObject({ source: 'default', file: null });
  });

  it('lets null take a section away', async () => {
    const { config } = await load({
      'main.yaml': 'extends: ./b.yaml\nstudent: {lora: null}',
      'b.yaml': `data: {train: [a]}\nstudent: {model: m, lora: {r: 2}}`,
    });
    expect(config?.student.lora).toBeNull();
  });

  it.each([
    [{ 'main.yaml': 'extends: ./main.yaml' }, 'main.yaml -> main.yaml'],
    [
      { 'main.yaml': 'extends: d/b.yaml', 'd/b.yaml': 'extends: ../main.yaml' },
      'main.yaml -> d/b.yaml -> main.yaml',
    ],
  ])('refuses a circle %#', async (circle, chain) => {
    const { config, problems } = await load(circle);
    expect(config).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['config/extends-cycle']);
    expect(problems[0]?.message).toContain(chain);
  });
});

describe('environment variables', () => {
  const env = { MODEL: 'm7b', N: '12', EMPTY: '', YES: 'true' };

  it.each([
    ['tokenizer: "a-${env:MODEL}-${env:GONE:-z}"', 'tokenizer', 'a-m7b-z'],
    ['tokenizer: "x${env:EMPTY:-d}"', 'tokenizer', 'xd'],
    ['run: {seed: "${env:N}"}', 'run.seed', 12],
    ['tokenizer: "${env:N}"', 'tokenizer', '12'],
    ['tokenizer: ${env:N}', 'tokenizer', '12'],
    ['run:\n  seed: ${env:N}', 'run.seed', 12],
    ['train:\n  learning_rate: ${env:GONE:-3.0e-5}', 'train.learningRate', 3e-5],
    ['data:\n  train: [b]\n  packing: ${env:YES}', 'data.packing', true],
    ['tokenizer: ${env:N}.json', 'tokenizer', '12.json'],
  ])('%s', async (text, path, expected) => {
    const { config } = await load(
      { 'main.yaml': `extends: ./b.yaml\n${text}`, 'b.yaml': MINIMAL },
      { env },
    );
    const value = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config);
    expect(value).toEqual(expected);
  });

  it('says which variable is missing, once, and where', async () => {
    const loaded = await load(`${MINIMAL}run:\n  seed: \${env:SEED}\ntokenizer: \${env:oops`);
    expect(problemLines(loaded)).toEqual([
      'main.yaml:4:9 config/env-unset the environment variable SEED is not set; set it or write ${env:SEED:-default}',
      'main.yaml:5:12 config/env-syntax "${env:oops" has a reference that is cut short; write ${env:NAME} or ${env:NAME:-default}',
    ]);
  });

  it('does not ask for variables of values that are overridden or of other environments', async () => {
    const text = `${MINIMAL}tokenizer: \${env:GONE}\nenvironments: {gpu: {student: {model: "\${env:ALSO}"}}}`;
    const { problems } = await load(text, { set: ['tokenizer=t'] });
    expect(problems).toEqual([]);
  });
});

describe('bad input', () => {
  it('reports every error at once, each with its place', async () => {
    const loaded = await load(`data:
  train: []
  max_lenght: 7
  truncate: lefty
  eval: 1.5
student: {model: m, architecture: {hidden_size: 1.5}}
learning_rate: 1
loss:
  type: {reasoning: wassersteen}
  kd: high
  temperature: {value: 0, min: 5}
weights: {reasoning: -1}
train: {optimizer: {betas: [0.9]}}
modle: x
environments:
  gpu: {engine: {executer: cuda}}`);
    expect(problemLines(loaded)).toMatchInlineSnapshot(`
      [
        "main.yaml:2:10 config/value data.train: must be a list of at least 1, each a text that is not empty, got an empty list",
        "main.yaml:3:3 config/unknown-key data.max_lenght: there is no such key; did you mean data.max_length?",
        "main.yaml:4:13 config/value data.truncate: must be one of error, drop, left, right, got "lefty"; did you mean left?",
        "main.yaml:5:9 config/value data.eval: must be a number from 0 below 1 or a list, each a text that is not empty, got 1.5",
        "main.yaml:6:49 config/value student.architecture.hidden_size: must be a whole number from 1 to 1048576, got 1.5",
        "main.yaml:7:1 config/unknown-key learning_rate: there is no such key; did you mean train.learning_rate?",
        "main.yaml:9:21 config/value loss.type.reasoning: must be one of kl, reverse_kl, symmetric, jsd, alpha, skew_kl, wasserstein, focal, adaptive, got "wassersteen"; did you mean wasserstein?",
        "main.yaml:10:7 config/value loss.kd: must be a number from 0 to 1, got "high"",
        "main.yaml:11:24 config/value loss.temperature.value: must be a number above 0 to 100, got 0",
        "main.yaml:11:32 config/range loss.temperature: min is 5 and max is 4; min must not be above max",
        "main.yaml:12:22 config/value weights.reasoning: must be a number from 0 to 1000, got -1",
        "main.yaml:13:28 config/value train.optimizer.betas: must be a list of 2, each a number from 0 below 1, got a list",
        "main.yaml:14:1 config/unknown-key modle: there is no such key (keys here: run, data, tokenizer, student, teacher, loss, weights, train, engine, env, eval, checkpoints, log, launch)",
        "main.yaml:16:18 config/unknown-key environments.gpu: engine.executer: there is no such key; did you mean engine.executor?",
      ]
    `);
    expect(loaded.config).toBeNull();
  });

  it.each(['.inf', '-.inf', '.nan'])('shows %s as it is written', async (number) => {
    const { problems } = await load(`${MINIMAL}loss: {kd: ${number}}\n`);
    expect(problems.map(({ message }) => message)).toEqual([
      `loss.kd: must be a number from 0 to 1, got ${number}`,
    ]);
  });

  it.each(['uld', '{action: uld}'])('says why it refuses loss.type %s', async (type) => {
    const loaded = await load(`${MINIMAL}loss: {type: ${type}}\n`);
    expect(problemLines(loaded).join()).toMatch(
      /loss\.type(\.action)?: "uld" compares probabilities by rank, .* set teacher\.align: bytes/,
    );
  });

  it.each([
    ['', 'config/missing'],
    ['data: {train: [a]}', 'config/student'],
    ['- a', 'config/not-a-map'],
    ['data: {train: [a]', 'config/yaml'],
    ['run: {seed: 1}\nrun: {seed: 2}', 'config/yaml'],
    ['a: &a [*a]', 'config/too-large'],
    ['a: &a {<<: *a}', 'config/too-large'],
    [`${MINIMAL}weights: {<<: 1}`, 'config/yaml'],
    [`${MINIMAL}weights: {<<: *w}`, 'config/yaml'],
    [`${MINIMAL}---\nrun: {}`, 'config/yaml'],
    [Buffer.from(`\ufeff${MINIMAL}`, 'utf16le').toString(), 'config/encoding'],
    [`${MINIMAL}teacher: {type: checkpoint}`, 'config/teacher'],
    [`${MINIMAL}teacher: {type: none, model: t}`, 'config/teacher'],
    [`${MINIMAL}weights: {strategy: confidence}`, 'config/teacher'],
    [`${MINIMAL}weights: {reasoning: 0, action: 0}`, 'config/weights'],
    [`${MINIMAL}weights: {adaptive: {min: 3}}`, 'config/range'],
    [`${MINIMAL}train: {early_stopping: {patience: 1}}\neval: {every: 0}`, 'config/metric'],
    [`${MINIMAL}checkpoints: {best: play/success}`, 'config/value'],
    [`${MINIMAL}checkpoints: {best: train/loss}`, 'config/value'],
    [`${MINIMAL}checkpoints: {best: eval/teacher_agreement}`, 'config/metric'],
    [`${MINIMAL}train: {early_stopping: {patience: 1, metric: eval/divergence}}`, 'config/metric'],
    [`${MINIMAL}checkpoints: {best: loss}`, 'config/value'],
    [`${MINIMAL}environments: [a]`, 'config/environments'],
    [`${MINIMAL}environments: {a: {extends: fast}}`, 'config/environments'],
    [`${MINIMAL}extends: prodcution`, 'config/unreadable'],
    [`${MINIMAL}extends: [fast]`, 'config/type'],
    [`${MINIMAL}loss: {lambda: 2}`, 'config/value'],
    [`${MINIMAL}run: {name: ../x}`, 'config/value'],
    [`${MINIMAL}run: {name: ..}`, 'config/value'],
    [`${MINIMAL}train:`, 'config/value'],
    ['data: {train: [a], rules: {r: {action: "("}}}\nstudent: {model: m}', 'config/pattern'],
    ['data: {train: [a]}\nstudent: {architecture: {}}', 'config/tokenizer'],
    [
      'data: {train: [a]}\ntokenizer: t\nstudent: {architecture: {num_key_value_heads: 3}}',
      'config/student',
    ],
    [
      'data: {train: [a]}\ntokenizer: t\nstudent: {architecture: {num_attention_heads: 6}}',
      'config/student',
    ],
  ])('%j is %s', async (text, code) => {
    const { config, problems } = await load(text);
    expect(config).toBeNull();
    expect(problems.map((problem) => problem.code)).toContain(code);
  });

  it.each([
    [['seed'], 'config/set-syntax'],
    [['run.sed=1'], 'config/unknown-key'],
    [['run.seed=[1'], 'config/yaml'],
    [['run.seed=x'], 'config/value'],
    [['extends=fast'], 'config/unknown-key'],
  ])('--set %j is %s', async (set, code) => {
    const { problems } = await load(MINIMAL, { set });
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.file).toBe(`--set ${String(set[0])}`);
  });

  it('suggests the near preset and environment', async () => {
    const preset = await load('extends: prodcution');
    expect(preset.problems[0]?.message).toMatch(/did you mean production\?/);
    const environment = await load(`${MINIMAL}environments: {gpu: {}}`, { environment: 'gpus' });
    expect(environment.problems[0]?.message).toMatch(/did you mean gpu\?/);
  });

  it('reports an unreadable file', async () => {
    const { problems } = await load({}, { path: 'gone.yaml' });
    expect(problems).toMatchObject([{ code: 'config/unreadable', file: 'gone.yaml' }]);
  });

  it.each([0, 1])('allows alpha of exactly %d', async (alpha) => {
    const { config } = await load(`${MINIMAL}loss: {type: alpha, alpha: ${alpha}}`);
    expect(config?.loss.alpha).toBe(alpha);
  });
});
