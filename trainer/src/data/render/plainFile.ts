import { plainTextMap, type Parsed } from '@deepcoder/trajectory';
import type { Range } from '@deepcoder/vocabulary';
import { foreignLabels, type IsForeign } from './foreignLabels.ts';

const made = new WeakMap<ParsedFile, ParsedFile>();

/** A text file without the colours of a console and without zeros, as it is trained on as it stands. */
export function plainFile(file: ParsedFile): ParsedFile {
  const known = made.get(file);
  if (known) return known;
  const plain = withoutCodes(file);
  made.set(file, plain);
  return plain;
}

function withoutCodes(file: ParsedFile): ParsedFile {
  const { parsed } = file;
  const plain = plainTextMap(file.text);
  if (!plain) return file;
  const { text, map } = plain;
  const moved = <R extends Range>(range: R): R => ({
    ...range,
    start: map.toDecoded(range.start),
    end: map.toDecoded(range.end),
  });
  const own = {
    ...parsed,
    spans: parsed.spans.map(moved),
    labels: parsed.labels.map(moved),
    trajectories: parsed.trajectories.map(moved),
  };
  return { text, parsed: own, isForeign: foreignLabels(text, own) };
}

export interface ParsedFile {
  text: string;
  parsed: Parsed;
  isForeign: IsForeign;
}
