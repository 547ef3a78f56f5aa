import { own } from '@deepcoder/vocabulary';
import { addBytes, type MatchedBytes, matchedWarnings } from './align/matchedBytes.ts';
import type { EncodedDocument } from './encode/encodeDocument.ts';
import type { DataNote, DataReport, DataSettings, Rejected, SourceReport } from './types.ts';
import type { Sample } from './sample.ts';

interface Rest {
  rejected: Rejected[];
  split: { train: Sample[]; eval: Sample[] };
  learnt: DataReport['learnt'];
  evalAsked: DataSettings['eval'];
  workers: number;
  wallMs: number;
  fingerprint: string;
}

/** What became of the data, one line a source. */
export function dataReport(documents: readonly EncodedDocument[], rest: Rest): DataReport {
  const { rejected, split, learnt, evalAsked, workers, wallMs, fingerprint } = rest;
  const sum = (key: keyof EncodedDocument['timings']): number =>
    documents.reduce((total, { timings }) => total + timings[key], 0);
  const matched = documents.reduce<MatchedBytes | null>(
    (total, document) => addBytes(total, document.matched),
    null,
  );
  const warnings = documents.flatMap((document) => document.warnings);
  for (const one of matchedWarnings(matched)) warnings.push(one);
  if (split.eval.length === 0 && evalAsked !== 0) {
    warnings.push('no record fell into the held-out share; there is no evaluation');
  }
  return {
    sources: bySource(documents.map(({ report }) => report)),
    rejected,
    learnt,
    warnings,
    matched,
    notes: countedNotes(documents.flatMap(({ notes }) => notes)),
    timings: {
      wallMs,
      parseMs: sum('parseMs'),
      renderMs: sum('renderMs'),
      tokenizeMs: sum('tokenizeMs'),
    },
    workers,
    fingerprint,
  };
}

function countedNotes(notes: readonly DataNote[]): DataNote[] {
  const counted = new Map<DataNote['code'], DataNote>();
  for (const note of notes) {
    const earlier = counted.get(note.code);
    const records = (earlier?.records ?? 0) + note.records;
    counted.set(note.code, { ...(earlier ?? note), records });
  }
  return [...counted.values()];
}

/** How records are said where it is not what one would expect, in lines. */
export function noteLines(notes: readonly DataNote[]): string[] {
  return notes.map(({ code, why, source, records }) => {
    const count = records === 1 ? '1 record' : `${records} records`;
    const first = records === 1 ? '' : ', for one';
    return `${count}: ${NOTES[code]} (${source}${first}: ${why})`;
  });
}

const NOTES: Record<DataNote['code'], string> = {
  'per-turn': 'one sample a turn',
  'thoughts-kept': 'turns put together as they were written, with all thoughts',
  'calls-as-text': 'calls as <tool_call> text, which a server may not read as calls',
  'results-as-user': "results as the user's text",
  'tools-not-listed': 'tool definitions left out',
  'pictures-left-out': 'pictures left out',
};

/** The trajectories of an environment are one source. */
function bySource(reports: readonly SourceReport[]): SourceReport[] {
  const merged = new Map<string, SourceReport>();
  for (const report of reports) {
    const earlier = merged.get(report.source);
    merged.set(report.source, earlier === undefined ? report : addReports(earlier, report));
  }
  return [...merged.values()];
}

function addReports(a: SourceReport, b: SourceReport): SourceReport {
  return {
    ...a,
    records: a.records + b.records,
    samples: a.samples + b.samples,
    spansPerKind: addCounts(a.spansPerKind, b.spansPerKind),
    tokens: a.tokens + b.tokens,
    tokensPerKind: addCounts(a.tokensPerKind, b.tokensPerKind),
    glueTokens: a.glueTokens + b.glueTokens,
    rejected: a.rejected + b.rejected,
    truncated: a.truncated + b.truncated,
    annotations: {
      applied: a.annotations.applied + b.annotations.applied,
      refused: a.annotations.refused + b.annotations.refused,
    },
  };
}

function addCounts<C extends Record<string, number>>(a: C, b: C): C {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, (own(a, key) ?? 0) + (own(b, key) ?? 0)]),
  ) as C;
}
