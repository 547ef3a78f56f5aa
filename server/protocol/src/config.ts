import { z } from 'zod';
import { problemSchema } from './shared.ts';

/** Commands that the lenses of a config carry; each has one argument, `configLensArgument`. The client registers them. */
export const CONFIG_COMMANDS = {
  runTrain: 'deepcoder.runTrain',
  check: 'deepcoder.checkConfig',
  compareWithPreset: 'deepcoder.compareWithPreset',
} as const;

export const configLensArgument = z.object({
  /** URI of the config. */
  uri: z.string(),
  /** The preset that it extends, at last; null: none. */
  preset: z.string().nullable(),
});

const place = z.object({
  /** Absolute path of a config file, or a preset's name. */
  config: z.string().min(1),
  set: z.array(z.string()).default([]),
  environment: z.string().optional(),
});

/** Request: every value in force, as YAML; for comparing and for looking at. */
export const configResolve = {
  method: 'deepcoder/config/resolve',
  params: place,
  result: z.object({
    /** null where the config has errors. */
    text: z.string().nullable(),
    problems: z.array(problemSchema),
    /** Where values come from, by path (`train.learning_rate`): `preset:fast`, a file, `default`. */
    origins: z.record(z.string(), z.string()),
  }),
} as const;

/** What a run would be; a part that could not be looked at is null. */
export const estimateSchema = z.object({
  totalSteps: z.number().nullable(),
  tokensPerStep: z.number().nullable(),
  tokens: z.number().nullable(),
  trainSamples: z.number().nullable(),
  evalSamples: z.number().nullable(),
  parameters: z.number().nullable(),
  trainedParameters: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  availableBytes: z.number().nullable(),
  checkpointBytes: z.number().nullable(),
  diskBytes: z.number().nullable(),
  executor: z.string().nullable(),
});

export type Estimate = z.output<typeof estimateSchema>;

/** Request: looks at everything that a run would use, without starting it. Takes seconds. */
export const configCheck = {
  method: 'deepcoder/config/check',
  params: place.extend({ cwd: z.string().optional() }),
  result: z.object({
    ok: z.boolean(),
    problems: z.array(problemSchema),
    estimate: estimateSchema,
    /** As `deepcoder check` prints it. */
    text: z.string(),
  }),
} as const;

/** Request: the text of a new config; every key with its default, or a few lines on a preset. */
export const configNew = {
  method: 'deepcoder/config/new',
  params: z.object({ preset: z.string().nullable().default(null) }),
  result: z.object({ text: z.string() }),
} as const;

/** Request: the presets, for a quick pick and for virtual documents. */
export const configPresets = {
  method: 'deepcoder/config/presets',
  params: z.object({}),
  result: z.object({
    presets: z.array(z.object({ name: z.string(), about: z.string(), text: z.string() })),
  }),
} as const;

/** Request: what is installed, what is missing, what to do. */
export const checkSetup = {
  method: 'deepcoder/checkSetup',
  params: z.object({}),
  result: z.object({
    version: z.string(),
    /** Training can work. */
    ok: z.boolean(),
    findings: z.array(
      z.object({
        what: z.string(),
        state: z.enum(['ok', 'optional', 'low', 'missing']),
        detail: z.string(),
        cure: z.string().nullable(),
      }),
    ),
  }),
} as const;
