import type { FileSource } from '../sources/findSources.ts';
import { readDocuments } from '../sources/readDocuments.ts';
import type { Rejected, SourceReport } from '../types.ts';
import type { EncodeContext } from './encodeContext.ts';
import { encodeDocument, type EncodedDocument } from './encodeDocument.ts';
import type { Document } from './renderDocument.ts';

/** What one worker does at a time: a file, or some trajectories of an environment. */
export type EncodeJob = { file: FileSource } | { documents: Document[] };

export async function encodeJob(
  job: EncodeJob,
  context: EncodeContext,
): Promise<EncodedDocument[]> {
  if ('documents' in job) {
    const encoded: EncodedDocument[] = [];
    for (const document of job.documents) encoded.push(await encodeDocument(document, context));
    return encoded;
  }
  const encoded: EncodedDocument[] = [];
  for await (const document of readDocuments(job.file)) {
    encoded.push('text' in document ? await encodeDocument(document, context) : refused(document));
  }
  return encoded;
}

function refused(rejected: Rejected): EncodedDocument {
  const report = { ...emptyReport(rejected.source), rejected: 1 };
  const timings = { parseMs: 0, renderMs: 0, tokenizeMs: 0 };
  return {
    samples: [],
    report,
    rejected: [rejected],
    warnings: [],
    notes: [],
    matched: null,
    timings,
  };
}

function emptyReport(source: string): SourceReport {
  return {
    source,
    format: 'unknown',
    reason: 'it could not be read',
    records: 0,
    samples: 0,
    spansPerKind: {},
    tokens: 0,
    tokensPerKind: { none: 0, reasoning: 0, action: 0, observation: 0, other: 0 },
    glueTokens: 0,
    rejected: 0,
    truncated: 0,
    annotations: { applied: 0, refused: 0 },
  };
}
