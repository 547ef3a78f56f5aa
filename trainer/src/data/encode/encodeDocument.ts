import { SIDECAR_SUFFIX, type Parsed } from '@deepcoder/trajectory';
import { TOKEN_KINDS } from '@deepcoder/vocabulary';
import { addBytes, type MatchedBytes } from '../align/matchedBytes.ts';
import type { TeacherText } from '../align/teacherReadings.ts';
import { textTokens } from '../layoutTokens.ts';
import type { Rendered } from '../render/rendered.ts';
import { renderDocument, type Document, type RenderedRecord } from './renderDocument.ts';
import { DeepCoderError } from '@deepcoder/config';
import { PictureRefusal } from '../../vision/readPicture.ts';
import { placePictures, type PictureFile } from './placePictures.ts';
import { tokenizeRendered, type TokenizeResult } from './tokenizeRendered.ts';
import type { DataNote, Rejected, SourceReport } from '../types.ts';
import type { Sample } from '../sample.ts';
import type { EncodeContext } from './encodeContext.ts';

export interface EncodedDocument {
  samples: Sample[];
  report: SourceReport;
  rejected: Rejected[];
  warnings: string[];
  notes: DataNote[];
  /** Null without a teacher that has a tokenizer of its own. */
  matched: MatchedBytes | null;
  timings: { parseMs: number; renderMs: number; tokenizeMs: number };
}

/** Records whose tokens are in memory in their bulky native form. */
const AT_ONCE = 16;
/** Problems of one file that are told one by one. */
const TOLD = 20;

/** From a text to samples: parse, take over hand annotations, render, tokenize, cut to length. */
export async function encodeDocument(
  document: Document,
  context: EncodeContext,
): Promise<EncodedDocument> {
  const beganMs = context.now();
  const { parsed, applied, problems, records, rejected, parsedAtMs } = renderDocument(
    document,
    context,
  );
  const renderedAtMs = context.now();
  const samples: Sample[] = [];
  let matched: MatchedBytes | null = null;
  let truncated = 0;
  for (let at = 0; at < records.length; at += AT_ONCE) {
    const some = records.slice(at, at + AT_ONCE);
    for (const made of await Promise.all(
      some.map((record) => tokenizeRecord({ document, parsed }, record, context)),
    )) {
      for (const one of made.samples) samples.push(one);
      for (const one of made.rejected) rejected.push(one);
      truncated += made.truncated;
      matched = addBytes(matched, made.matched);
    }
  }
  const { source } = document;
  const sidecar = problems
    .slice(0, TOLD)
    .map((message) => `${source}${SIDECAR_SUFFIX}: ${message}`);
  return {
    samples,
    rejected,
    matched,
    warnings: [...problemsOf(document, parsed), ...sidecar],
    notes: records.flatMap(({ notes, trajectory }) =>
      notes.map((note) => ({ ...note, source: `${source}#${trajectory.index}`, records: 1 })),
    ),
    report: {
      ...reportOf(document, parsed, samples),
      rejected: rejected.length,
      truncated,
      annotations: { applied, refused: problems.length },
    },
    timings: {
      parseMs: parsedAtMs - beganMs,
      renderMs: renderedAtMs - parsedAtMs,
      tokenizeMs: context.now() - renderedAtMs,
    },
  };
}

async function tokenizeRecord(
  { document, parsed }: { document: Document; parsed: Parsed },
  { trajectory, record, texts, teacherTexts }: RenderedRecord,
  context: EncodeContext,
): Promise<{
  samples: Sample[];
  rejected: Rejected[];
  matched: MatchedBytes | null;
  truncated: number;
}> {
  const { source, id: documentId } = document;
  const file = { text: document.text, parsed, folder: document.folder ?? null };
  const shown = await Promise.all(teacherTexts.map((text) => teacherText(text, context)));
  const made = await Promise.all(texts.map((text) => tokenizeSeen(text, { file, shown }, context)));
  const samples: Sample[] = [];
  const rejected: Rejected[] = [];
  let matched: MatchedBytes | null = null;
  let truncated = 0;
  made.forEach((result, i) => {
    const step = texts[i]!.step;
    const id = `${documentId ?? source}#${trajectory.index}${step === null ? '' : `@${step}`}`;
    if (!result.ok) {
      rejected.push({ source: id, record, code: result.code, message: result.message });
      return;
    }
    if (result.truncated) truncated++;
    matched = addBytes(matched, result.bytes);
    samples.push({ id, record, source, ...result.tokens });
  });
  return { samples, rejected, matched, truncated };
}

async function teacherText(rendered: Rendered, { teacher }: EncodeContext): Promise<TeacherText> {
  return { rendered, tokens: await textTokens(rendered, teacher!.tokenizer) };
}

/** With the tokens of pictures in their places, where the student sees. */
async function tokenizeSeen(
  text: Rendered,
  { file, shown }: { file: PictureFile; shown: readonly TeacherText[] },
  context: EncodeContext,
): Promise<TokenizeResult> {
  const { vision } = context;
  if (vision === null) return tokenizeRendered(text, context, shown);
  try {
    return await tokenizeRendered(await placePictures(text, file, vision), context, shown);
  } catch (cause) {
    if (!(cause instanceof PictureRefusal)) throw cause;
    const { message } = cause;
    if (vision.unreadable === 'drop') return { ok: false, code: 'picture-unreadable', message };
    throw new DeepCoderError(
      'picture-unreadable',
      `${message}; or leave such records out (student.vision.unreadable: drop)`,
      { exitCode: 3, cause },
    );
  }
}

/** Warnings that say that the file itself is damaged. */
const DAMAGE = ['zero-bytes'];

function problemsOf({ source, text, problems: ofBytes }: Document, parsed: Parsed): string[] {
  const errors = parsed.problems.filter(
    ({ severity, code }) => severity === 'error' || DAMAGE.includes(code),
  );
  const wrong = [...ofBytes, ...errors];
  const told = wrong
    .slice(0, TOLD)
    .map(({ message, start }) => `${source}:${lineOf(text, start)}: ${message}`);
  const rest = wrong.length - told.length;
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
  const [none, reasoning, action, observation, other] = TOKEN_KINDS.map((_, code) =>
    tokensOf(code),
  );
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
