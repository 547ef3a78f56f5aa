// Written by scripts/sync.mjs from the *.yaml beside src; a bundle has no files to read.

/** The presets' texts, by name. */
export const PRESETS = {
  quickstart: `# A small student learns household tasks from a small teacher, in under four minutes on two cores.
run:
  name: quickstart
data:
  train: ['env:household?games=3500&seed=1']
  render: raw
  max_length: 640
  truncate: drop
student:
  architecture:
    hidden_size: 128
    num_hidden_layers: 3
    num_attention_heads: 4
    num_key_value_heads: 2
    intermediate_size: 352
    max_position_embeddings: 1024
    initializer_range: 0.08
teacher:
  model: trainer/assets/teacher
  top_k: 16
train:
  steps: 1100
  micro_batch_size: 4
  gradient_accumulation_steps: 1
  learning_rate: 2.0e-3
  warmup_steps: 40
  optimizer:
    betas: [0.9, 0.95]
eval:
  environment: household
  games: 100
checkpoints:
  every: 400
`,
  fast: `# The plain way: forward KL, every supervised token counts the same.
# Name data.train, student and teacher in the config that extends this.
loss:
  kd: 0.7
  type: kl
weights:
  strategy: uniform
train:
  epochs: 1
eval:
  every: 200
log:
  every: 10
`,
  research: `# Wasserstein distance over the teacher's ranking, easy records first, reasoning gains weight as
# the run goes on. Every step is written down.
# Name data.train, student and teacher in the config that extends this.
data:
  order: curriculum
loss:
  kd: 0.7
  type: wasserstein
weights:
  strategy: curriculum
  curriculum:
    reasoning: [0.5, 2.0]
    action: [2.0, 1.0]
    schedule: linear
train:
  epochs: 3
eval:
  every: 50
log:
  every: 1
`,
  production: `# Adaptive divergence and adaptive weights: what lags behind counts more. Stops when the held-out
# loss stops falling.
# Name data.train, student and teacher in the config that extends this.
loss:
  kd: 0.7
  type: adaptive
weights:
  strategy: adaptive
  adaptive:
    eta: 1.0
    min: 0.5
    max: 2.0
    every: 10
train:
  epochs: 3
  early_stopping:
    patience: 5
checkpoints:
  every: 500
  keep: 3
`,
  paper: `# Structured Agent Distillation as arXiv 2505.13820 defines it, for a GPT-2 student: forward KL to the teacher
# on reasoning and on action tokens, each kind with a weight, none on prompts and observations; easy records
# first, by the lengths of reasoning and actions and the teacher's entropy. Steps and rates are not the paper's.
# Name data.train in the config that extends this: trajectories as text, such as ALFWorld's.
data:
  render: raw
  max_length: 1024
  truncate: drop
  order: curriculum
student:
  model: openai-community/gpt2
teacher:
  model: openai-community/gpt2-xl
  top_k: 64
loss:
  kd: 1.0
  type: kl
weights:
  strategy: uniform
  reasoning: 1.0
  action: 1.0
  curriculum:
    complexity:
      reasoning_tokens: 1.0
      action_tokens: 1.0
      teacher_entropy: 1.0
train:
  epochs: 3
  learning_rate: 5.0e-5
  warmup_steps: 100
eval:
  every: 200
`,
} as const;
