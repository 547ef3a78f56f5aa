import { createHash } from 'node:crypto';
import { parse, type Parsed, type Piece, type Trajectory } from '@deepcoder/trajectory';
import type { LabelRules, Problem } from '@deepcoder/vocabulary';
import { foreignLabels } from '../render/foreignLabels.ts';
import { renderRecord, type RenderContext } from '../render/renderRecord.ts';
import type { Rendered, RenderNote } from '../render/rendered.ts';
import type { Rejected } from '../types.ts';
import { noTurn } from '../whyNothing.ts';
import type { EncodeContext } from './encodeContext.ts';
import { annotate, type Annotated } from './annotate.ts';

/** One text to make samples of: a file, or one trajectory of an environment. */
export interface Document {
  /** How messages and samples name it. */
  source: string;
  /** The record's id where the text holds none itself. */
  id: string | null;
  text: string;
  /** The folder that paths in it count from; none of one that is in no file of its own. */
  folder?: string | null;
  /** What was wrong with the bytes that the text was read from. */
  problems: readonly Problem[];
  fileName: string | null;
  /** Null: by detection. */
  format: string | null;
  rules: LabelRules | null;
  /** The contents of `<file>.spans.json`. */
  annotations: string | null;
}

export interface RenderedRecord {
  trajectory: Trajectory;
  record: string;
  texts: Rendered[];
  /** As a teacher with a tokenizer of its own is shown it; none where it has none, or cannot be shown it. */
  teacherTexts: Rendered[];
  notes: RenderNote[];
}

export interface RenderedDocument extends Annotated {
  records: RenderedRecord[];
  rejected: Rejected[];
  /** Where parsing and annotating ended, on the context's clock. */
  parsedAtMs: number;
}

/** Parses a text, takes over what a person has relabelled, and makes the training texts of its records. */
export function renderDocument(
  document: Document,
  context: RenderContext & Pick<EncodeContext, 'now' | 'teacher'>,
): RenderedDocument {
  const asIs = parse(document.text, parseOptions(document));
  const annotated = annotate(document.text, asIs, document.annotations);
  const parsedAtMs = context.now();
  const rejected: Rejected[] = [];
  const records = renderRecords(document, annotated.parsed, { context, rejected });
  return { ...annotated, records, rejected, parsedAtMs };
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
  {
    context,
    rejected,
  }: { context: RenderContext & Pick<EncodeContext, 'teacher'>; rejected: Rejected[] },
): RenderedRecord[] {
  const { source, text } = document;
  if (parsed.trajectories.length === 0) {
    const message =
      text.trim() === ''
        ? 'the file is empty'
        : `it is not a trajectory file (${parsed.reason}); name its format in data.format, or say in data.rules what its labels mean, or leave the file out`;
    rejected.push({ source, record: source, code: 'not-a-trajectory', message });
    return [];
  }
  const file = { text, parsed, isForeign: foreignLabels(text, parsed) };
  return parsed.trajectories.flatMap((trajectory) => {
    const record = recordId(document, parsed, trajectory);
    const result = renderRecord(file, trajectory, context);
    if (result.ok && result.texts.length > 0) {
      const shown = context.teacher && renderRecord(file, trajectory, context.teacher);
      const teacherTexts = shown?.ok === true ? shown.texts : [];
      return [{ trajectory, record, texts: result.texts, teacherTexts, notes: result.notes }];
    }
    const where = parsed.trajectories.length > 1 ? `${source}#${trajectory.index}` : source;
    const { code, message } = result.ok ? noTurn(parsed, trajectory, context.settings) : result;
    rejected.push({ source: where, record, code, message });
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
