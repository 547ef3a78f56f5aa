import { z } from 'zod';
import { dataSchema } from './dataSchema.ts';
import { environmentsSchema } from './environmentSchema.ts';
import { launchSchema } from './launchSchema.ts';
import { lossSchema, weightsSchema } from './lossSchema.ts';
import { studentSchema, teacherSchema } from './modelSchema.ts';
import {
  checkpointsSchema,
  engineSchema,
  evalSchema,
  logSchema,
  runSchema,
  trainSchema,
} from './trainSchema.ts';

/**
 * The training config as it stands in YAML once `extends` and `environments` are resolved. Each key's
 * meaning, unit, range and default are written here and nowhere else: the JSON schema, the text of
 * `init` and the error messages are made from it.
 */
export const configSchema = z
  .strictObject({
    run: runSchema,
    data: dataSchema,
    tokenizer: z.string().min(1).nullable().default(null).meta({
      description:
        "Folder, tokenizer.json, GGUF file or name on the Hub; null: the student's, or the teacher's.",
    }),
    student: studentSchema,
    teacher: teacherSchema,
    loss: lossSchema,
    weights: weightsSchema,
    train: trainSchema,
    engine: engineSchema,
    env: environmentsSchema,
    eval: evalSchema,
    checkpoints: checkpointsSchema,
    log: logSchema,
    launch: launchSchema.prefault({ on: 'local' }).meta({
      description:
        'Where deepcoder train starts the run; --on overrules it. It changes none of its numbers.',
    }),
  })
  .meta({ title: 'DeepCoder training config' });

/** The resolved config in the spelling of the file. */
export type ConfigYaml = z.output<typeof configSchema>;
