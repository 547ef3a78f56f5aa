import { z } from 'zod';

/** `<phase>/<quantity>[/<kind>]`, as the trainer writes them to metrics.jsonl. */
const metric = z.string().regex(/^(train|eval|play)\/[a-z_]+(\/(reasoning|action))?$/);

const optimizer = z
  .strictObject({
    type: z.enum(['adamw']).default('adamw').meta({
      description: 'Adam with decoupled weight decay.',
    }),
    betas: z
      .tuple([z.number().min(0).lt(1), z.number().min(0).lt(1)])
      .default([0.9, 0.999])
      .meta({ description: 'Decay of the running means of gradient and squared gradient.' }),
    eps: z.number().gt(0).max(0.1).default(1e-8).meta({
      description: 'Added to the root of the squared gradient.',
    }),
    weight_decay: z.number().min(0).max(10).default(0.01).meta({
      description: 'Decoupled decay, times the learning rate.',
    }),
  })
  .prefault({})
  .meta({ description: 'The optimizer.' });

export const trainSchema = z
  .strictObject({
    epochs: z.number().gt(0).max(100_000).default(3).meta({
      description: 'How often the data is seen; may be a fraction.',
      unit: 'epochs',
    }),
    steps: z.int().min(1).nullable().default(null).meta({
      description: 'How long to train instead of epochs.',
      unit: 'steps',
    }),
    micro_batch_size: z.int().min(1).max(65_536).default(1).meta({
      description: 'Rows computed at a time.',
      unit: 'rows',
    }),
    gradient_accumulation_steps: z.int().min(1).max(65_536).default(8).meta({
      description: 'Micro-batches to one optimizer step.',
    }),
    gradient_checkpointing: z.boolean().default(false).meta({
      description:
        'Compute each layer twice and keep only what goes into it: less memory, up to a third more time.',
    }),
    learning_rate: z.number().min(0).max(10).default(2e-4).meta({
      description: 'The highest learning rate.',
    }),
    lr_scheduler_type: z.enum(['cosine', 'linear', 'constant']).default('cosine').meta({
      description: 'How the learning rate falls to 0 after warm-up.',
    }),
    warmup_ratio: z.number().min(0).max(1).default(0.03).meta({
      description: 'Share of the steps in which the learning rate rises from 0.',
    }),
    warmup_steps: z.int().min(0).nullable().default(null).meta({
      description: 'Length of the warm-up instead of warmup_ratio.',
      unit: 'steps',
    }),
    optimizer,
    max_grad_norm: z.number().min(0).default(1).meta({
      description: 'Longer gradients are scaled down to this norm; 0: never.',
    }),
    precision: z.enum(['fp32', 'fp16', 'bf16']).default('fp32').meta({
      description: 'Precision of the matrix products; weights and sums stay fp32.',
    }),
    loss_scale: z
      .strictObject({
        initial: z.number().min(1).default(65_536).meta({ description: 'The first loss scale.' }),
        growth_interval: z.int().min(1).default(2000).meta({
          description: 'Good steps in a row after which the scale doubles.',
          unit: 'steps',
        }),
      })
      .prefault({})
      .meta({ description: 'Loss scaling, for precision: fp16.' }),
    max_skipped_steps: z.int().min(1).default(10).meta({
      description: 'Non-finite steps in a row after which the run stops.',
      unit: 'steps',
    }),
    early_stopping: z
      .strictObject({
        metric: metric.default('eval/loss').meta({ description: 'The metric that must improve.' }),
        patience: z.int().min(0).default(0).meta({
          description: 'Evaluations without improvement after which the run ends; 0: never.',
          unit: 'evaluations',
        }),
      })
      .prefault({})
      .meta({ description: 'Ending before the planned length.' }),
  })
  .prefault({})
  .meta({ description: 'The training loop.' });

export const runSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^(?!\.+$)[^/\\:*?"<>|\s]+$/)
      .default('run')
      .meta({
        title: 'a name without spaces and without / \\ : * ? " < > |',
        description: "First part of the run folder's name.",
      }),
    seed: z.int().min(0).max(4_294_967_295).default(42).meta({
      description: 'Seed of everything random.',
    }),
    dir: z.string().min(1).default('runs').meta({ description: 'Folder of the run folders.' }),
  })
  .prefault({})
  .meta({ description: 'The run.' });

export const engineSchema = z
  .strictObject({
    executor: z.enum(['auto', 'onnx', 'cuda', 'native', 'reference']).default('auto').meta({
      description: 'What computes; auto takes the best that loads.',
    }),
    provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml']).default('auto').meta({
      description: "ONNX Runtime's execution provider, for executor: onnx.",
    }),
    threads: z.int().min(0).max(1024).default(0).meta({
      description: 'Threads that compute; 0: all cores.',
      unit: 'threads',
    }),
  })
  .prefault({})
  .meta({ description: 'How the program is run.' });

export const evalSchema = z
  .strictObject({
    every: z.int().min(0).default(100).meta({
      description: 'How often the held-out loss is measured; 0: only at the end.',
      unit: 'steps',
    }),
    environment: z.enum(['household']).nullable().default(null).meta({
      description: 'The environment that the student plays at the end; null: none.',
    }),
    games: z.int().min(1).max(100_000).default(100).meta({
      description: 'Test games that are played.',
      unit: 'games',
    }),
  })
  .prefault({})
  .meta({ description: 'Measuring the student.' });

export const checkpointsSchema = z
  .strictObject({
    every: z.int().min(0).default(500).meta({
      description: 'How often a checkpoint is written; 0: only at the end.',
      unit: 'steps',
    }),
    keep: z.int().min(1).default(3).meta({
      description: 'How many of the newest are kept; the best is kept besides.',
      unit: 'checkpoints',
    }),
    best: metric.default('eval/loss').meta({ description: 'The metric that says which is best.' }),
  })
  .prefault({})
  .meta({ description: 'Checkpoints of the run.' });

export const logSchema = z
  .strictObject({
    every: z.int().min(1).default(1).meta({
      description: 'How often training metrics are written.',
      unit: 'steps',
    }),
    tensorboard: z.boolean().default(true).meta({
      description: 'Write a TensorBoard event file into the run folder.',
    }),
  })
  .prefault({})
  .meta({ description: 'What is written down.' });
