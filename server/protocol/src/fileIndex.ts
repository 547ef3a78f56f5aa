import { RECORD_ORDERS, type Facts } from '@deepcoder/vocabulary';
import { z } from 'zod';
import { kindCountsSchema, kindSchema, uriSchema } from './shared.ts';

const handle = z.int();

/** How far the index of a file is. The records there can be read while the rest is still coming. */
const indexStateSchema = z.object({
  handle,
  uri: uriSchema,
  format: z.string(),
  title: z.string(),
  reason: z.string(),
  /** Bytes of the file, and how many of them are indexed. */
  size: z.int(),
  bytes: z.int(),
  records: z.int(),
  complete: z.boolean(),
  byKind: kindCountsSchema,
});

export type IndexState = z.infer<typeof indexStateSchema>;

/** Opens a file of any size; answers at the first records, `progress` tells of the rest. */
export const indexOpenRequest = {
  method: 'deepcoder/index/open',
  params: z.object({ uri: uriSchema, format: z.string().optional() }),
  result: indexStateSchema,
} as const;

/** At most ten a second; the last one is complete. */
export const indexProgressNotification = {
  method: 'deepcoder/index/progress',
  params: indexStateSchema,
} as const;

/** What the log itself says about a record. */
const factsSchema = z.object({
  task: z.string().nullable(),
  model: z.string().nullable(),
  score: z.number().nullable(),
  status: z.string().nullable(),
  durationMs: z.number().nullable(),
  tokens: z.number().nullable(),
}) satisfies z.ZodType<Facts>;

const indexRowSchema = z.object({
  /** Number of the row's first record, and how many it stands for: many in files of millions. */
  record: z.int(),
  records: z.int(),
  byte: z.int(),
  id: z.string().nullable(),
  byKind: kindCountsSchema,
  /** Null for a row of many. */
  facts: factsSchema.nullable(),
});

export type IndexRow = z.infer<typeof indexRowSchema>;

/** A page of the list of records, those that a filter leaves, in an order. */
export const indexRowsRequest = {
  method: 'deepcoder/index/rows',
  params: z.object({
    handle,
    from: z.int().min(0),
    count: z.int().min(1).max(2000),
    order: z.enum(RECORD_ORDERS).default('record'),
    descending: z.boolean().default(false),
    filter: z.string().max(1000).default(''),
    /** A record whose place in the list is asked for. */
    record: z.int().min(0).optional(),
  }),
  result: z.object({
    total: z.int(),
    rows: z.array(indexRowSchema),
    /** Where the row that begins with that record is; -1: not in the list. */
    place: z.int(),
    /** Why the filter cannot be read; blank where it can. */
    problem: z.string(),
  }),
} as const;

/** Filters by the words that records say of themselves, the most frequent first. */
export const indexFiltersRequest = {
  method: 'deepcoder/index/filters',
  params: z.object({ handle }),
  result: z.object({ filters: z.array(z.string()) }),
} as const;

const recordSpanSchema = z.object({
  kind: kindSchema,
  step: z.int(),
  /** Decoded, at most `maxCharacters`; the rest comes with `index/text`. */
  text: z.string(),
  /** Units of the whole decoded text, and of the raw one. */
  length: z.int(),
  rawStart: z.int(),
  rawEnd: z.int(),
  /** The span that answers this call, or that this answers; -1 where there is none. */
  pair: z.int(),
  /** A call's name stands in front of its arguments: the span of the other half, else -1. */
  name: z.int(),
});

export type RecordSpan = z.infer<typeof recordSpanSchema>;

const recordSchema = z.object({
  record: z.int(),
  byte: z.int(),
  /** UTF-16 units of the record's raw text. */
  length: z.int(),
  /** Only the beginning was read: the record is too long. */
  truncated: z.boolean(),
  facts: factsSchema.nullable(),
  trajectories: z.array(
    z.object({ id: z.string().nullable(), from: z.int(), to: z.int(), steps: z.int() }),
  ),
  spans: z.array(recordSpanSchema),
  problems: z.array(z.object({ code: z.string(), message: z.string(), span: z.int() })),
  /** Pictures that the record names: paths as written, with the uri where they are. */
  images: z.array(
    z.object({ span: z.int(), path: z.string(), uri: z.string(), alt: z.string().nullable() }),
  ),
  /** Pictures in the record itself: where their base64 stands in the raw text, which may have backslashes in it. */
  embedded: z.array(
    z.object({
      span: z.int(),
      from: z.int(),
      length: z.int(),
      type: z.string(),
      alt: z.string().nullable(),
    }),
  ),
  /** Pictures that are elsewhere, or not there: their addresses and paths. */
  unseen: z.array(z.object({ span: z.int(), address: z.string(), isRemote: z.boolean() })),
});

export type RecordView = z.infer<typeof recordSchema>;

/** One record with its spans in the order of the text, in trajectories of steps. */
export const indexRecordRequest = {
  method: 'deepcoder/index/record',
  params: z.object({
    handle,
    record: z.int().min(0),
    maxCharacters: z.int().min(0).max(1_000_000).default(20_000),
  }),
  result: recordSchema.nullable(),
} as const;

const placeSchema = z.object({ handle, record: z.int().min(0) });

/** Steps of two records that stand side by side: their spans' numbers; none where the other has no such step. */
const stepsBesideSchema = z.object({
  left: z.array(z.int()),
  right: z.array(z.int()),
  leftStep: z.int().nullable(),
  rightStep: z.int().nullable(),
  isSame: z.boolean(),
});

export type StepsBeside = z.infer<typeof stepsBesideSchema>;

/**
 * Two records, of one file or of two, with their steps aligned; null where there is no such record. What is the same
 * in both has its text on the left alone.
 */
export const indexCompareRequest = {
  method: 'deepcoder/index/compare',
  params: z.object({
    left: placeSchema,
    right: placeSchema,
    maxCharacters: z.int().min(0).max(1_000_000).default(20_000),
  }),
  result: z
    .object({ left: recordSchema, right: recordSchema, steps: z.array(stepsBesideSchema) })
    .nullable(),
} as const;

/** More of a span's text than `record` gave, decoded or raw. */
export const indexTextRequest = {
  method: 'deepcoder/index/text',
  params: z.object({
    handle,
    record: z.int().min(0),
    /** -1: the whole record, raw. */
    span: z.int().min(-1),
    raw: z.boolean().default(false),
    from: z.int().min(0),
    length: z.int().min(1).max(4_000_000),
  }),
  result: z.object({ text: z.string(), total: z.int() }),
} as const;

const searchMatchSchema = z.object({
  record: z.int(),
  span: z.int(),
  kind: kindSchema,
  step: z.int(),
  /** Offset in the span's decoded text. */
  offset: z.int(),
  length: z.int(),
  /** Some text around the match, which begins at `at` in it. */
  excerpt: z.string(),
  at: z.int(),
});

export type SearchMatch = z.infer<typeof searchMatchSchema>;

/** Searches decoded texts from a record on, until there are `limit` matches or some time is used; `next` goes on. */
export const indexSearchRequest = {
  method: 'deepcoder/index/search',
  params: z.object({
    handle,
    query: z.string().min(1).max(1000),
    matchCase: z.boolean().default(false),
    kinds: z.array(kindSchema).optional(),
    from: z.int().min(0).default(0),
    limit: z.int().min(1).max(1000).default(100),
  }),
  result: z.object({ matches: z.array(searchMatchSchema), next: z.int().nullable() }),
} as const;

/**
 * The records most like a text or like one of them, by the words of tasks, actions and observations. The first
 * question has an index made in the background; answers are by what is in it.
 */
export const indexSimilarRequest = {
  method: 'deepcoder/index/similar',
  params: z.object({
    handle,
    query: z.string().min(1).max(10_000).optional(),
    record: z.int().min(0).optional(),
    limit: z.int().min(1).max(1000).default(50),
  }),
  result: z.object({
    matches: z.array(
      z.object({
        record: z.int(),
        /** From 0 to 1. */
        alike: z.number(),
        id: z.string().nullable(),
        task: z.string().nullable(),
      }),
    ),
    /** Records in the index so far; all, or as many as fit. */
    indexed: z.int(),
    isComplete: z.boolean(),
    isFull: z.boolean(),
  }),
} as const;

export const indexCloseRequest = {
  method: 'deepcoder/index/close',
  params: z.object({ handle }),
  result: z.null(),
} as const;
