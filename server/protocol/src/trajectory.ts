import { z } from 'zod';
import {
  kindCountsSchema,
  kindSchema,
  lspRangeSchema,
  textProblemSchema,
  uriSchema,
} from './shared.ts';

const kindStatisticsSchema = z.object({ spans: z.int(), characters: z.int() });

const statisticsResultSchema = z.object({
  format: z.string(),
  reason: z.string(),
  trajectories: z.int(),
  turns: z.int(),
  messages: z.int(),
  byKind: z.record(kindSchema, kindStatisticsSchema),
  longest: z.object({ index: z.int(), id: z.string().nullable(), characters: z.int() }).nullable(),
  callsByTool: z.array(z.object({ name: z.string(), calls: z.int(), failed: z.int() })),
  problems: z.record(z.string(), z.int()),
});

export type StatisticsResult = z.infer<typeof statisticsResultSchema>;

/** Counts over a document; null where it is no trajectory. */
export const statisticsRequest = {
  method: 'deepcoder/statistics',
  params: z.object({ uri: uriSchema }),
  result: statisticsResultSchema.nullable(),
} as const;

export const CONVERT_TARGETS = ['chat', 'react', 'sharegpt', 'adp', 'atif'] as const;

/** The document in another format; problems say what that cannot hold, by offsets in the document. */
export const convertRequest = {
  method: 'deepcoder/convert',
  params: z.object({ uri: uriSchema, target: z.enum(CONVERT_TARGETS) }),
  result: z.object({ text: z.string(), problems: z.array(textProblemSchema) }).nullable(),
} as const;

/**
 * Gives a selection another kind: by its label where the format has labels (`edit` is applied to the
 * document), else by an annotation in the sidecar beside the file (written already).
 */
export const relabelRequest = {
  method: 'deepcoder/relabel',
  params: z.object({ uri: uriSchema, range: lspRangeSchema, kind: kindSchema }),
  result: z.object({
    done: z.enum(['edit', 'sidecar', 'nothing']),
    /** In words, where nothing was done. */
    message: z.string(),
    /** Where it was written, for `sidecar`. */
    sidecarUri: z.string().nullable(),
  }),
} as const;

/** Takes the annotations away that a selection, or the cursor, touches; how many there were. */
export const removeAnnotationRequest = {
  method: 'deepcoder/annotation/remove',
  params: z.object({ uri: uriSchema, range: lspRangeSchema }),
  result: z.object({ removed: z.int().min(0) }),
} as const;

const verdictSchema = z.object({
  uri: uriSchema,
  version: z.int(),
  /** A format's id, or `not_a_trajectory`. */
  format: z.string(),
  title: z.string(),
  reason: z.string(),
  /** Absolute path of the training config that counts for it; null: none does, or none was found yet. */
  config: z.string().nullable(),
});

export type Verdict = z.infer<typeof verdictSchema>;

/** What an open document was taken for, and why; null for one that the server does not have. */
export const verdictRequest = {
  method: 'deepcoder/verdict',
  params: z.object({ uri: uriSchema }),
  result: verdictSchema.nullable(),
} as const;

/** Sent when a document is opened, is another format than before, or another config counts for it. */
export const verdictNotification = {
  method: 'deepcoder/verdict/changed',
  params: verdictSchema,
} as const;

/**
 * What a text would be taken for that no editor has opened as a trajectory; null where that is not sure
 * enough to speak of it unasked: an agent acts in it, and is answered.
 */
export const sniffRequest = {
  method: 'deepcoder/sniff',
  params: z.object({ uri: uriSchema, text: z.string() }),
  result: z
    .object({ format: z.string(), title: z.string(), reason: z.string(), isText: z.boolean() })
    .nullable(),
} as const;

/** Every name that a document can be overruled with, and what it stands for. */
export const formatsRequest = {
  method: 'deepcoder/formats',
  params: z.object({}),
  result: z.object({ formats: z.array(z.object({ name: z.string(), title: z.string() })) }),
} as const;

/** Reads a document as another format than was detected; null goes back to detection. */
export const overruleRequest = {
  method: 'deepcoder/overrule',
  params: z.object({ uri: uriSchema, format: z.string().nullable() }),
  result: verdictSchema.nullable(),
} as const;

/** Steps and spans in the order of the text: for jumps by step and kind. */
export const jumpRequest = {
  method: 'deepcoder/jump',
  params: z.object({
    uri: uriSchema,
    offset: z.int().min(0),
    by: z.enum(['step', 'span', 'record']),
    direction: z.enum(['next', 'previous']),
    kind: kindSchema.optional(),
  }),
  result: z
    .object({ start: z.int(), end: z.int(), kind: kindSchema, step: z.int(), traj: z.int() })
    .nullable(),
} as const;

export type KindCounts = z.infer<typeof kindCountsSchema>;
