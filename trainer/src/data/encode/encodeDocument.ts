import { createHash } from 'node:crypto';
import {
  parse,
  type LabelRules,
  type Parsed,
  type Piece,
  type Trajectory,
} from '@deepcoder/trajectory';
import { renderRecord } from '../render/renderRecord.ts';
import type { Rendered } from '../render/rendered.ts';
import { KIND_NAMES } from '../kinds.ts';
import { annotate } from './annotate.ts';
import { tokenizeRendered } from './tokenizeRendered.ts';
import type { Rejected, Sample, SourceReport } from '../types.ts';
import type { EncodeContext } from './encodeContext.ts';

/** One text to make samples of: a file, or one trajectory of an environment. */
export interface Document {
  /** How messages and samples name it. */
  source: string;
  /** The record's id where the text holds none itself. */
  id: string | null;
  text: string;
  fileName: string | null;
  /** Null: by detection. */
  format: string | null;
  rules: LabelRules | null;
  /** The contents of `<file>.spans.json`. */
  annotations: string | null;
}

export interface EncodedDocument {
  samples: Sample[];
  report: SourceReport;
  rejected: Rejected[];
  warnings: string[];
  timings: { parseMs: number; renderMs: number; tokenizeMs: number };
}

/** Records whose tokens are in memory in their bulky native form. */
const AT_ONCE = 16;
/** Problems of one file that are told one by one. */
const TOLD = 20;

interface RenderedRecord {
  trajectory: Trajectory;
  record: string;
  texts: Rendered[];
}

/** From a text to samples: parse, take over hand annotations, render, tokenize, cut to length. */
export async function encodeDocument(
  document: Document,
  context: EncodeContext,
): Promise<EncodedDocument> {
  const { now } = context;
  const began = now();
  const parsedAsIs = parse(document.text, parseOptions(document));
  const { parsed, applied, stale } = annotate(document.text, parsedAsIs, document.annotations);
  const parsedAt = now();
  const rejected: Rejected[] = [];
  const records = renderRecords(document, parsed, { context, rejected });
  const renderedAt = now();
  const samples: Sample[] = [];
  let truncated = 0;
  for (let at = 0; at < records.length; at += AT_ONCE) {
    const some = records.slice(at, at + AT_ONCE);
    for (const made of await Promise.all(
      some.map((record) => tokenizeRecord(document, record, context)),
    )) {
      samples.push(...made.samples);
      rejected.push(...made.rejected);
      truncated += made.truncated;
    }
  }
  const warnings = problemsOf(document, parsed);
  if (stale > 0) {
    warnings.push(`${document.source}: ${stale} hand annotations no longer match the text`);
  }
  return {
    samples,
    rejected,
    warnings,
    report: {
      ...reportOf(document, parsed, samples),
      rejected: rejected.length,
      truncated,
      annotations: { applied, stale },
    },
    timings: {
      parseMs: parsedAt - began,
      renderMs: renderedAt - parsedAt,
      tokenizeMs: now() - renderedAt,
    },
  };
}

function parseOptions({ format, fileName, rules }: Document): Parameters<typeof parse>[1] {
  return {
    ...(format === null ? {} : { format }),
    ...(fileName === null ? {} : { fileName }),
    ...(rules === null ? {} : { rules }),
  };
}

function renderRecords(
  document: Document,
  parsed: Parsed,
  { context, rejected }: { context: EncodeContext; rejected: Rejected[] },
): RenderedRecord[] {
  const { source, text } = document;
  if (parsed.trajectories.length === 0) {
    const message =
      text.trim() === ''
        ? 'the file is empty'
        : `it is not a trajectory file (${parsed.reason}); name its format in data.format, or leave the file out`;
    rejected.push({ source, record: source, code: 'not-a-trajectory', message });
    return [];
  }
  return parsed.trajectories.flatMap((trajectory) => {
    const record = recordId(document, parsed, trajectory);
    const result = renderRecord({ text, parsed }, trajectory, context);
    if (result.ok) return [{ trajectory, record, texts: result.texts }];
    const where = parsed.trajectories.length > 1 ? `${source}#${trajectory.index}` : source;
    rejected.push({ source: where, record, code: result.code, message: result.message });
    return [];
  });
}

/**
 * The trajectory's own id, or a hash of what is said in it: both stay when files are added, moved or
 * cut up otherwise, so that a record stays on its side of the split.
 */
function recordId(document: Document, { spans }: Parsed, trajectory: Trajectory): string {
  if (trajectory.id !== null) return trajectory.id;
  if (document.id !== null) return document.id;
  const hash = createHash('sha256');
  const add = (piece: Piece | null): void => {
    hash.update(piece === null ? '\0' : `${spans[piece.span]?.kind ?? ''}\0${piece.text}\0`);
  };
  for (const message of trajectory.messages) {
    message.pieces.forEach(add);
    if (message.role !== 'assistant') continue;
    for (const call of message.calls) [call.name, call.arguments].forEach(add);
  }
  return hash.digest('hex').slice(0, 16);
}

async function tokenizeRecord(
  { source, id: documentId }: Document,
  { trajectory, record, texts }: RenderedRecord,
  context: EncodeContext,
): Promise<{ samples: Sample[]; rejected: Rejected[]; truncated: number }> {
  const made = await Promise.all(texts.map((text) => tokenizeRendered(text, context)));
  const samples: Sample[] = [];
  const rejected: Rejected[] = [];
  let truncated = 0;
  made.forEach((result, i) => {
    const step = texts[i]!.step;
    const id = `${documentId ?? source}#${trajectory.index}${step === null ? '' : `@${step}`}`;
    if (!result.ok) {
      rejected.push({ source: id, record, code: result.code, message: result.message });
      return;
    }
    if (result.truncated) truncated++;
    samples.push({ id, record, source, ...result.tokens });
  });
  return { samples, rejected, truncated };
}

function problemsOf({ source, text }: Document, { problems }: Parsed): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const told = errors
    .slice(0, TOLD)
    .map(({ message, start }) => `${source}:${lineOf(text, start)}: ${message}`);
  const rest = errors.length - told.length;
  return rest > 0 ? [...told, `${source}: ${rest} more problems`] : told;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function reportOf(
  { source }: Document,
  { format, reason, spans, trajectories }: Parsed,
  samples: readonly Sample[],
): Omit<SourceReport, 'rejected' | 'truncated' | 'annotations'> {
  const spansPerKind: Record<string, number> = {};
  for (const { kind } of spans) spansPerKind[kind] = (spansPerKind[kind] ?? 0) + 1;
  const tokensOf = (code: number): number =>
    samples.reduce((sum, { tokensPerKind }) => sum + tokensPerKind[code]!, 0);
  const [none, reasoning, action, observation, other] = KIND_NAMES.map((_, code) => tokensOf(code));
  return {
    source,
    format,
    reason,
    records: trajectories.length,
    samples: samples.length,
    spansPerKind,
    tokens: samples.reduce((sum, { ids }) => sum + ids.length, 0),
    tokensPerKind: {
      none: none!,
      reasoning: reasoning!,
      action: action!,
      observation: observation!,
      other: other!,
    },
    glueTokens: samples.reduce((sum, { glue }) => sum + glue.reduce((a, b) => a + b, 0), 0),
  };
}
