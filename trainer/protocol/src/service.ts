import { labelRulesSchema, SEVERITIES } from '@deepcoder/vocabulary';
import { z } from 'zod';
import { PROTOCOL_VERSION } from './protocolVersion.ts';

const count = z.int().min(0);

/** Where a config is: absolute path or preset, what is put over it, and the folder that its paths start from. */
const configPlace = z.object({
  config: z.string().min(1),
  set: z.array(z.string()).default([]),
  environment: z.string().optional(),
  cwd: z.string().min(1),
});

const text = {
  /** Absolute path: for the format, the config's rules and the hand annotations beside it. */
  file: z.string().min(1),
  /** The text as it is in the editor, or a part of it; null: as it is on the disk. */
  text: z.string().nullable(),
  /** The text's hand annotations as a sidecar holds them; null: those beside the file. */
  sidecar: z.string().nullable().default(null),
};

const reading = {
  /** What the file is read as; null: as the config says, else as detected. */
  format: z.string().nullable().default(null),
  /** Of `format: label_rules`; null: the config's. */
  rules: labelRulesSchema.nullable().default(null),
};

const document = z.object({
  ...text,
  /** Its tokenizer, rendering, weights and length hold; null: `tokenizer` with the defaults. */
  place: configPlace.nullable(),
  /** Absolute path of a tokenizer, over the config's. */
  tokenizer: z.string().nullable().default(null),
  ...reading,
});

const problem = z.object({
  severity: z.enum(SEVERITIES),
  code: z.string(),
  message: z.string(),
});

/** Why a trajectory gives no sample, or loses tokens. */
const trouble = z.object({ code: z.string(), message: z.string() });

const trajectoryCounts = z.object({
  traj: count,
  /** Of the training text; of all its samples where each turn has its own. */
  tokens: count,
  supervised: count,
  /** Tokens that stand for what the vocabulary does not have: unknown ones, and bytes in their place. */
  unknown: count.default(0),
  /** Tokens beyond `data.max_length`. */
  truncated: count,
  trouble: trouble.nullable(),
});

/** One entry a token, in the order of the training text. */
const tokenColumns = z.object({
  id: z.array(z.int()),
  text: z.array(z.string()),
  /** Offsets in the document; equal where the token stands nowhere in it. */
  start: z.array(z.int()),
  end: z.array(z.int()),
  /** Index of the span whose content it is; -1: label, template text, what the tokenizer adds. */
  span: z.array(z.int()),
  /** `none`, `reasoning`, `action`, `observation`, `other` as 0 to 4. */
  kind: z.array(z.int()),
  glue: z.array(z.int()),
  /** What its prediction counts, before any weighting strategy; 0 where it is cut off. */
  weight: z.array(z.number()),
  /** Why: an index into the reasons of `@deepcoder/trajectory`. */
  reason: z.array(z.int()).default([]),
  truncated: z.array(z.int()),
});

const range = { from: count.default(0), to: count.optional() };

/** What the service is asked for, by method: the parameters and the answer. */
export const SERVICE_METHODS = {
  /** Answers at once; for finding out whether it lives. */
  ping: { params: z.object({}), result: z.object({ version: z.string(), pid: count }) },
  /** Tokens of each span and trajectory, of the trajectories from `from` up to `to`. */
  tokenCounts: {
    params: document.extend(range),
    result: z.object({
      format: z.string(),
      tokenizer: z.string(),
      maxLength: count,
      /** By index into the spans of the whole document; null: not asked for, or not placed. */
      spans: z.array(z.number().nullable()),
      /** What a token of the span counts in the loss, in the same order. */
      weights: z.array(z.number().nullable()),
      /** Why it counts that, as in the tokens' `reason`, in the same order. */
      reasons: z.array(z.number().nullable()).default([]),
      trajectories: z.array(trajectoryCounts),
    }),
  },
  /** The tokens of one trajectory. */
  tokenPreview: {
    params: document.extend({ traj: count }),
    result: z.object({
      format: z.string(),
      tokenizer: z.string(),
      maxLength: count,
      /** `data.train_on`. */
      trainOn: z.string().default('all'),
      tokens: tokenColumns,
      trouble: trouble.nullable(),
    }),
  },
  /**
   * The tokens of one trajectory as a run's config has them learnt, and how well the student of its best
   * checkpoint (else its newest) foretells each. Seconds: the models are loaded and run.
   */
  tokenLosses: {
    params: z.object({
      ...text,
      /** Where the run's config does not say it. */
      ...reading,
      traj: count,
      /** Absolute path of the run's folder. */
      run: z.string().min(1),
      /** The folder that the run's paths start from, where the run's own place does not tell it. */
      cwd: z.string().min(1),
    }),
    result: z.object({
      format: z.string(),
      tokenizer: z.string(),
      maxLength: count,
      trainOn: z.string().default('all'),
      /** Absolute path of the checkpoint's folder. */
      checkpoint: z.string(),
      tokens: tokenColumns,
      /** By token, -ln q in nats; null for a first token, and where `maxLength` leaves the token out. */
      loss: z.array(z.number().nullable()),
      /** By token, the text of the one that the student finds likeliest there; null as in `loss`. */
      likeliest: z.array(z.string().nullable()),
      /**
       * By token, sum over the vocabulary of min(p, q), p the teacher's and q the student's probabilities
       * at temperature 1: 1 where they are the same, 0 where they have nothing in common. Null: no teacher.
       */
      teacherAgreement: z.array(z.number().nullable()).nullable(),
      trouble: trouble.nullable(),
      /** Why there is no teacher although the run has one. */
      teacherTrouble: trouble.nullable(),
    }),
  },
  /** Whether models, tokenizer and engine of a config fit each other, without reading data or weights. */
  fit: {
    params: configPlace,
    result: z.object({
      problems: z.array(problem.extend({ path: z.array(z.string()) })),
      executor: z.string().nullable(),
      tokenizer: z.string().nullable(),
      parameters: count.nullable(),
      trainedParameters: count.nullable(),
      memoryBytes: z.number().nullable(),
      availableBytes: z.number(),
      checkpointBytes: z.number().nullable(),
      diskBytes: z.number().nullable(),
      /** What computes at a time. */
      tokensPerStep: count.nullable(),
      totalSteps: count.nullable(),
    }),
  },
  /** Everything that `deepcoder check` looks at, data and weights too: seconds. */
  check: {
    params: configPlace,
    result: z.object({
      ok: z.boolean(),
      problems: z.array(problem),
      text: z.string(),
      executor: z.string().nullable(),
      totalSteps: count.nullable(),
      tokensPerStep: count.nullable(),
      trainSamples: count.nullable(),
      evalSamples: count.nullable(),
      parameters: count.nullable(),
      trainedParameters: count.nullable(),
      memoryBytes: z.number().nullable(),
      availableBytes: z.number(),
      checkpointBytes: z.number().nullable(),
      diskBytes: z.number().nullable(),
    }),
  },
  /** What is installed and what is missing. */
  doctor: {
    params: z.object({ cwd: z.string().min(1) }),
    result: z.object({
      version: z.string(),
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
  },
} as const;

export type ServiceMethod = keyof typeof SERVICE_METHODS;
export type ServiceParams<M extends ServiceMethod> = z.output<
  (typeof SERVICE_METHODS)[M]['params']
>;
export type ServiceResult<M extends ServiceMethod> = z.output<
  (typeof SERVICE_METHODS)[M]['result']
>;
/** What a caller has to give: what has a default may be left out. */
export type ServiceInput<M extends ServiceMethod> = z.input<(typeof SERVICE_METHODS)[M]['params']>;

const names = Object.keys(SERVICE_METHODS) as [ServiceMethod, ...ServiceMethod[]];

const requestSchema = z.union([
  z.object({ version: z.int(), id: z.int(), method: z.enum(names), params: z.unknown() }),
  /** Asks to let go of an earlier request; that one is then answered with an error. */
  z.object({ version: z.int(), cancel: z.int() }),
]);

const responseSchema = z.union([
  z.object({ version: z.int(), id: z.int(), result: z.unknown() }),
  z.object({
    version: z.int(),
    id: z.int().nullable(),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
]);

export type ServiceRequest = z.output<typeof requestSchema>;
export type ServiceResponse = z.output<typeof responseSchema>;

/** A request of one line, or the answer to send to who sent something else. */
export function parseServiceRequest(line: string): ServiceRequest | ServiceResponse {
  const json = parseJson(line);
  const id = typeof json?.id === 'number' ? json.id : null;
  const refuse = (message: string): ServiceResponse => ({
    version: PROTOCOL_VERSION,
    id,
    error: { code: 'service/request', message },
  });
  if (typeof json?.version === 'number' && json.version > PROTOCOL_VERSION) {
    return refuse(`this program speaks version ${PROTOCOL_VERSION} of the protocol; update it`);
  }
  const parsed = requestSchema.safeParse(json);
  return parsed.data ?? refuse(`not a request; the methods are ${names.join(', ')}`);
}

/** An answer of one line, or null. */
export function parseServiceResponse(line: string): ServiceResponse | null {
  const parsed = responseSchema.safeParse(parseJson(line)).data;
  return parsed === undefined || ('result' in parsed && parsed.result === undefined)
    ? null
    : parsed;
}

/** One JSON line of either direction. */
export function formatService(message: ServiceRequest | ServiceResponse): string {
  return `${JSON.stringify(message)}\n`;
}

function parseJson(line: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
