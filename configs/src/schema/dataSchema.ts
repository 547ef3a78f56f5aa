import { labelPatternsSchema, TRAINED_KINDS } from '@deepcoder/vocabulary';
import { z } from 'zod';

const path = z.string().min(1);

export const dataSchema = z
  .strictObject({
    train: z.array(path).min(1).meta({
      description:
        'What to train on: files, folders, globs, files of a data set on the Hub ("hf://datasets/OWNER/NAME/data/*.parquet"), or the built-in environment, for example "env:household?games=2000&seed=1"; with "&faults=0.1" its expert stumbles before a tenth of its turns (see mask_steps).',
    }),
    eval: z
      .union([z.number().min(0).lt(1), z.array(path)])
      .default(0.05)
      .meta({
        description:
          'What is held out: a share of the records, chosen by the hash of their id, or files.',
      }),
    format: z
      .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
      .default('auto')
      .meta({
        description:
          "The trajectories' format: auto, a format's name, a name from data.rules, or a map from glob to name.",
      }),
    render: z.enum(['auto', 'raw', 'chat', 'react']).default('auto').meta({
      description:
        "How records become training text: raw as they stand, chat by the checkpoint's template, react as Thought, Action and Observation.",
    }),
    samples: z.enum(['auto', 'whole', 'per_turn']).default('auto').meta({
      description:
        'One sample a record, or one a turn as the template renders it then; auto takes per_turn where the template rewrites earlier turns.',
    }),
    reasoning_history: z.enum(['auto', 'keep', 'strip']).default('auto').meta({
      description:
        'What the model sees of the thoughts of earlier turns: auto what the template shows, keep all of them, strip none; where it is not what the template shows of a whole record, each turn is a sample of its own (strip), or turns are put together as they were written (keep).',
    }),
    rules: z.record(z.string().min(1), labelPatternsSchema).default({}).meta({
      description: 'Label rules for home-made logs, by name; data.format refers to them.',
    }),
    max_length: z.int().min(2).max(1_048_576).default(4096).meta({
      description: 'The longest sample.',
      unit: 'tokens',
    }),
    truncate: z.enum(['error', 'drop', 'left', 'right']).default('error').meta({
      description: 'What to do with longer samples: stop, leave them out, or cut them at an end.',
    }),
    packing: z.boolean().default(true).meta({
      description: 'Put several samples into one row; they never attend to each other.',
    }),
    train_on: z.enum(['all', 'last', 'answer']).default('all').meta({
      description: "Which of the agent's turns are supervised.",
    }),
    mask_tool_arguments: z.boolean().default(false).meta({
      description: "Supervise a call's tool name only, not its arguments.",
    }),
    mask_steps: z
      .array(z.enum(['tool_error', 'invalid_action', 'repeated']))
      .default([])
      .meta({
        description:
          'Steps that stay as context and are not supervised: those with a call that failed (tool_error), with an action that the environment does not know (invalid_action), and those that an earlier step made with the same arguments and result (repeated).',
      }),
    unlearnable: z.enum(['error', 'drop']).default('error').meta({
      description:
        'What to do with records whose agent says or does something of which no token is supervised: stop, or leave them out.',
    }),
    answer_as: z.enum(TRAINED_KINDS).default('action').meta({
      description: 'The kind that final answers take.',
    }),
    dedupe: z
      .boolean()
      .default(true)
      .meta({ description: 'Leave out records that repeat another.' }),
    order: z.enum(['shuffled', 'curriculum']).default('shuffled').meta({
      description: 'Random order, or easy records first by weights.curriculum.complexity.',
    }),
  })
  .meta({ description: 'The trajectories and how they become samples.' });
