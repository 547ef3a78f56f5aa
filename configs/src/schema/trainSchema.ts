import { z } from 'zod';
import { panelSchema } from './environmentSchema.ts';

const QUANTITIES = [
  'loss',
  'cross_entropy',
  'token_accuracy',
  'divergence',
  'teacher_agreement',
] as const;

/** What a run can choose by while it trains: games are played once it is over. */
const metric = z.enum(
  QUANTITIES.flatMap((quantity) =>
    (['', '/reasoning', '/action'] as const).map((kind) => `eval/${quantity}${kind}` as const),
  ),
);

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

const rollout = z
  .strictObject({
    share: z.number().min(0).max(1).default(0).meta({
      description:
        'Share of the steps that learn from turns that the student has just played and the teacher has scored; 0: none. The others learn from recorded data.',
    }),
    environment: z.string().min(1).default('household').meta({
      description: 'Where it plays: household, or a name from env.',
    }),
    split: z.string().min(1).default('train').meta({
      description: 'Which games; those of eval.environments should be others.',
    }),
    group: z.int().min(1).max(4096).default(16).meta({
      description: 'Games that are played, scored and learnt from in one step.',
      unit: 'games',
    }),
    max_turns: z.int().min(1).max(10_000).default(30).meta({
      description: 'Turns that the student plays of a game at most.',
      unit: 'turns',
    }),
    temperature: z.number().gt(0).max(10).default(1).meta({
      description: 'Of what the student says; 1 are its own probabilities.',
    }),
    loss: z.enum(['reverse_kl', 'kl', 'jsd', 'policy_gradient']).default('reverse_kl').meta({
      description:
        "On the student's own tokens: a divergence over the teacher's top k and the rest, or reverse KL as a policy gradient, over the tokens that were said alone.",
    }),
    prefix: z.enum(['none', 'teacher']).default('none').meta({
      description:
        "Where the student begins: at a game's beginning, or where the environment's expert has only the curriculum's number of turns left. What is replayed is not learnt.",
    }),
    curriculum: z
      .strictObject({
        start: z.int().min(1).default(2).meta({
          description: 'Turns that the student plays at first.',
          unit: 'turns',
        }),
        every: z.int().min(1).default(10).meta({
          description: 'Steps with games after which it plays one turn more.',
          unit: 'steps',
        }),
        max: z.int().min(1).default(30).meta({
          description: 'Turns that it plays in the end.',
          unit: 'turns',
        }),
      })
      .nullable()
      .default(null)
      .meta({ description: 'Few turns first; null: max_turns from the beginning.' }),
    cold_start_steps: z.int().min(0).default(0).meta({
      description: 'Steps from recorded data alone before the first game.',
      unit: 'steps',
    }),
    on_trouble: z.enum(['warn', 'pause', 'stop']).default('warn').meta({
      description:
        "What to do when episodes grow to twice their length or the student leaves the teacher's top k: say so, wait for deepcoder continue, or stop.",
    }),
  })
  .prefault({})
  .meta({ description: "Learning from the student's own turns (on-policy distillation)." });

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
    rollout,
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
      .max(64)
      .regex(/^(?!\.+$)[^/\\:*?"<>|\s\u0000-\u001f\u007f]+$/)
      .default('run')
      .meta({
        title: 'a name without spaces and without / \\ : * ? " < > |, of at most 64 characters',
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
    executor: z
      .enum(['auto', 'onnx', 'tfjs-cuda', 'tfjs-cpu', 'reference', 'cuda', 'native'])
      .default('auto')
      .meta({
        description:
          'What computes; auto takes the fastest that computes rightly here. cuda and native are old names of tfjs-cuda and tfjs-cpu.',
      }),
    provider: z.enum(['auto', 'cpu', 'webgpu', 'cuda']).default('auto').meta({
      description:
        'Where executor: onnx computes: webgpu is any GPU, cuda an NVIDIA one after deepcoder setup cuda.',
    }),
    tf32: z.boolean().default(false).meta({
      description: 'For provider: cuda. Faster matrix products, with 10 bits of mantissa.',
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
    environment: z.string().min(1).nullable().default(null).meta({
      description:
        'The environment that the student plays at the end, household or a name from env; null: none. The short form of eval.environments.',
    }),
    games: z.int().min(1).max(100_000).default(100).meta({
      description: 'Test games of eval.environment that are played.',
      unit: 'games',
    }),
    environments: z.array(panelSchema).default([]).meta({
      description: 'Games that are played at the end, of one environment or several.',
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

const mlflow = z
  .strictObject({
    url: z.string().min(1).nullable().default(null).meta({
      description:
        'Address of the MLflow server; null: the environment variable MLFLOW_TRACKING_URI. Keys come from MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or ~/.mlflow/credentials.',
    }),
    experiment: z.string().min(1).default('deepcoder').meta({
      description: 'The experiment that the run goes to; it is made where there is none.',
    }),
    report: z.boolean().default(true).meta({
      description: 'Store report.html with the run, once it is over.',
    }),
  })
  .nullable()
  .default(null)
  .meta({ description: 'Send parameters and metrics to an MLflow server; null: do not.' });

const wandb = z
  .strictObject({
    project: z.string().min(1).default('deepcoder').meta({ description: 'The project.' }),
    entity: z.string().min(1).nullable().default(null).meta({
      description: "A user or team; null: the account's default.",
    }),
    tags: z.array(z.string().min(1)).default([]).meta({ description: 'Tags of the run.' }),
    mode: z.enum(['offline', 'online']).default('offline').meta({
      description:
        'When to upload. With offline a folder is written that wandb sync uploads; online calls wandb sync once the run is over. The key comes from WANDB_API_KEY or from wandb login.',
    }),
  })
  .nullable()
  .default(null)
  .meta({ description: 'Write the run for Weights & Biases into its folder; null: do not.' });

export const logSchema = z
  .strictObject({
    every: z.int().min(1).default(1).meta({
      description: 'How often training metrics are written.',
      unit: 'steps',
    }),
    tensorboard: z.boolean().default(true).meta({
      description: 'Write a TensorBoard event file into the run folder.',
    }),
    mlflow,
    wandb,
  })
  .prefault({})
  .meta({ description: 'What is written down.' });
