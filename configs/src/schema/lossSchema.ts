import { z } from 'zod';

const LOSSES = [
  'kl',
  'reverse_kl',
  'symmetric',
  'jsd',
  'alpha',
  'skew_kl',
  'wasserstein',
  'focal',
  'adaptive',
] as const;

/** What is refused with a reason instead of the list of names. */
const REFUSED = {
  uld: 'compares probabilities by rank, whatever tokens they are of, and cannot be trained with; for a teacher with another tokenizer set teacher.align: bytes and take a loss that compares token by token, such as kl',
};

const loss = z.enum(LOSSES).meta({ refused: REFUSED });

const perKind = z.strictObject({
  reasoning: loss.default('kl').meta({ description: 'The divergence on reasoning tokens.' }),
  action: loss.default('kl').meta({ description: 'The divergence on action tokens.' }),
  observation: loss.default('kl').meta({ description: 'The divergence on observation tokens.' }),
  other: loss.default('kl').meta({ description: 'The divergence on all other tokens.' }),
});

const temperature = z
  .strictObject({
    value: z.number().gt(0).max(100).default(1).meta({
      description: 'For schedule: constant. Softens teacher and student alike.',
    }),
    schedule: z.enum(['constant', 'linear', 'cosine', 'entropy']).default('constant').meta({
      description:
        "How it changes: not at all, from max at the start to min at the end (linear, cosine), or per token with the teacher's entropy.",
    }),
    min: z.number().gt(0).max(100).default(1).meta({ description: 'Lowest value of a schedule.' }),
    max: z.number().gt(0).max(100).default(4).meta({ description: 'Highest value of a schedule.' }),
  })
  .prefault({})
  .meta({ description: 'The temperature of the divergence.' });

export const lossSchema = z
  .strictObject({
    kd: z.number().min(0).max(1).default(0.7).meta({
      description:
        'Share of the divergence: 0 is cross-entropy on the observed tokens only, 1 the divergence only.',
    }),
    type: z.union([loss, perKind]).default('kl').meta({
      description: 'The divergence from the teacher: one name, or a map from span kind to name.',
    }),
    temperature,
    alpha: z.number().min(0).max(1).default(0.5).meta({
      description: 'For alpha: 1 is kl, 0 is reverse_kl.',
    }),
    gamma: z.number().min(0).max(10).default(2).meta({
      description: 'For focal: how much tokens that the student knows are played down.',
    }),
    beta: z.number().min(0).max(1).default(0.5).meta({
      description: "For jsd: the teacher's share in the mixture; 0 is kl, 1 is reverse_kl.",
    }),
    generalized_jsd: z.boolean().default(false).meta({
      description: 'For jsd: without the division by beta * (1 - beta).',
    }),
    lambda: z.number().min(0).max(1).nullable().default(null).meta({
      description:
        "For symmetric: the share of reverse_kl (null: 0.5). For skew_kl: the teacher's share in the mixture (null: 0.1).",
    }),
  })
  .prefault({})
  .meta({ description: 'What is minimised at each supervised token.' });

const weight = z.number().min(0).max(1000);
const range = z.tuple([weight, weight]);

const curriculum = z
  .strictObject({
    reasoning: range.default([0.5, 2]).meta({
      description: 'Factor on reasoning tokens at the start and at the end.',
    }),
    action: range.default([2, 1]).meta({
      description: 'Factor on action tokens at the start and at the end.',
    }),
    schedule: z.enum(['linear', 'cosine']).default('linear').meta({
      description: 'How the factors go from start to end.',
    }),
    complexity: z
      .strictObject({
        reasoning_tokens: weight.default(1).meta({ description: 'Weight of reasoning tokens.' }),
        action_tokens: weight.default(1).meta({ description: 'Weight of action tokens.' }),
        teacher_entropy: weight
          .default(1)
          .meta({ description: "Weight of the teacher's entropy." }),
      })
      .prefault({})
      .meta({ description: 'What makes a record hard, for data.order: curriculum.' }),
  })
  .prefault({})
  .meta({ description: 'For strategy: curriculum.' });

const adaptive = z
  .strictObject({
    eta: z.number().min(0).max(10).default(1).meta({
      description: 'How strongly a kind that lags is favoured; 0 not at all.',
    }),
    min: z.number().gt(0).max(1000).default(0.5).meta({ description: 'Lowest factor.' }),
    max: z.number().gt(0).max(1000).default(2).meta({ description: 'Highest factor.' }),
    every: z.int().min(1).default(10).meta({
      description: 'How often the factors are renewed.',
      unit: 'steps',
    }),
  })
  .prefault({})
  .meta({ description: 'For strategy: adaptive.' });

export const weightsSchema = z
  .strictObject({
    reasoning: weight.default(1).meta({ description: 'Weight of reasoning tokens.' }),
    action: weight.default(1).meta({ description: 'Weight of action tokens.' }),
    observation: weight.default(0).meta({ description: 'Weight of observation tokens.' }),
    other: weight.default(0).meta({ description: 'Weight of all other tokens.' }),
    labels: weight.default(1).meta({
      description: "Factor on label text, tags and call syntax inside the agent's turns.",
    }),
    strategy: z.enum(['uniform', 'adaptive', 'curriculum', 'confidence']).default('uniform').meta({
      description:
        "A further factor: none, by each kind's running loss, by progress, or by the teacher's entropy.",
    }),
    adaptive,
    curriculum,
    confidence: z
      .strictObject({
        direction: z.enum(['confident', 'uncertain']).default('confident').meta({
          description: 'Favour tokens where the teacher is sure, or where it is not.',
        }),
      })
      .prefault({})
      .meta({ description: 'For strategy: confidence.' }),
  })
  .prefault({})
  .meta({ description: 'What each token counts; only ratios matter.' });
