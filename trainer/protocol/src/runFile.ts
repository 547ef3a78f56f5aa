import { z } from 'zod';
import { fromDisk, toDisk } from './diskKeys.ts';
import { PROTOCOL_VERSION } from './protocolVersion.ts';

/** What a run writes about itself. `stopped` was asked for; `failed` has an error. */
export const RUN_STATES = [
  'starting',
  'running',
  'paused',
  'finished',
  'stopped',
  'failed',
] as const;

export type RunState = (typeof RUN_STATES)[number];

/**
 * What a reader makes of it: `crashed` says that it is running but its process is gone, `remote` that
 * it runs on another machine, where its process cannot be looked up.
 */
export type RunStatus = RunState | 'crashed' | 'remote';

const progress = z.object({
  step: z.int().min(0),
  totalSteps: z.int().min(0),
  tokensSeen: z.number().min(0),
});

const best = z.object({ metric: z.string(), value: z.number(), step: z.int().min(0) });

/** What the run was made from; `accept changes` compares these. All are sha256, in hexadecimal. */
const fingerprints = z.object({
  config: z.string(),
  data: z.array(z.object({ path: z.string(), sha256: z.string() })),
  /** Base model, teacher, tokenizer and chat template, by what they are. */
  models: z.array(z.object({ path: z.string(), sha256: z.string() })).default([]),
  /** What computed: program and version, not how many threads. */
  executor: z.string().nullable().default(null),
});

const runFileSchema = z.object({
  protocolVersion: z.int().max(PROTOCOL_VERSION),
  /** The name of the run's folder. */
  id: z.string().min(1),
  /** `run.name` of the config. */
  name: z.string().min(1),
  state: z.enum(RUN_STATES),
  host: z.string(),
  pid: z.int().min(0),
  /** When the process began, as its system tells it: equal for one process, different for a reused pid. */
  processStart: z.string().nullable(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  updatedAt: z.string(),
  endedAt: z.string().nullable(),
  seed: z.int(),
  /** Program, Node and native libraries, by name. */
  versions: z.record(z.string(), z.string()),
  gitCommit: z.string().nullable(),
  fingerprints,
  /** Path of the control socket or named pipe; null while there is none. */
  control: z.string().nullable(),
  threads: z.int().min(1),
  progress,
  best: best.nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

/** The content of `run.json`. */
export type RunFile = z.output<typeof runFileSchema>;

export type RunFingerprints = RunFile['fingerprints'];

/** What `run.json` says, or why it says nothing. */
export function parseRunFile(text: string): { value: RunFile } | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const version: unknown = (json as { protocol_version?: unknown } | null)?.protocol_version;
  if (typeof version === 'number' && version > PROTOCOL_VERSION) {
    return { problem: `was written by a newer program (protocol ${version}); update this one` };
  }
  const parsed = runFileSchema.safeParse(fromDisk(json));
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}` };
}

/** The text of `run.json`. */
export function formatRunFile(run: RunFile): string {
  return `${JSON.stringify(toDisk(run), null, 2)}\n`;
}
