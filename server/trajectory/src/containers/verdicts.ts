import { textReaderOf, type Format } from '../formats/format.ts';
import { FORMATS } from '../formats/registry.ts';
import { knownNames, type NameBits } from '../json/keyNames.ts';
import type { View } from './views.ts';

/** What a format says of a view. */
interface Verdict {
  format: string;
  reason: string;
  /** How it reads the values of the view, and those of the file. */
  dialect: Format;
  reader: Format;
}

/** A format with what rules it out unasked: rows of one shape, as there are many formats and many views. */
interface Candidate {
  format: Format;
  readsTexts: boolean;
  readsRecords: boolean;
  /** Null: of any names. */
  recordNames: NameBits | null;
  messageNames: NameBits | null;
}

const ALL = FORMATS.map(candidateOf);
const OF_RECORDS = ALL.filter(({ readsRecords }) => readsRecords);
const OF_TEXTS = ALL.filter(({ readsTexts }) => readsTexts);

function candidateOf(format: Format): Candidate {
  const { record, read, recordNames = null, messageNames = null } = format;
  const readsRecords = record !== undefined || read !== undefined;
  const readsTexts = textReaderOf(format) !== null;
  return { format, readsTexts, readsRecords, recordNames, messageNames };
}

/** The formats that know a view, the particular before the general. */
export function* verdictsOf(view: View, chosen: Format | null): Iterable<Verdict> {
  const [first] = view.probes;
  if (!first) return;
  const isText = first.shape === 'text';
  const isOwn = view.where === '';
  const names = isText ? null : knownNames(first.samples);
  // Texts in strings need another reader than records.
  const candidates = isOwn ? ALL : isText ? OF_TEXTS : OF_RECORDS;
  const own = chosen && candidates.find(({ format }) => format.id === chosen.id);
  for (const candidate of chosen ? (own ? [own] : []) : candidates) {
    if (names && !mayKnow(candidate, names)) continue;
    const verdict = verdictOf(view, candidate.format);
    if (verdict) yield verdict;
  }
}

function mayKnow(
  { recordNames, messageNames }: Candidate,
  names: ReturnType<typeof knownNames>,
): boolean {
  if (recordNames && !names.inRecords(recordNames)) return false;
  return !messageNames || names.inMessages(messageNames);
}

function verdictOf(view: View, format: Format): Verdict | null {
  for (const probe of view.probes) {
    const reason = format.detect(probe);
    if (reason === null) continue;
    const dialect = view.dialectOf(format.adapt?.(probe) ?? format);
    const where = view.where === '' ? '' : `${view.where}: `;
    return { format: format.id, reason: where + reason, dialect, reader: view.readerOf(dialect) };
  }
  return null;
}
