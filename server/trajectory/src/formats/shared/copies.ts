import type { Builder } from '../../assemble/builder.ts';
import { eventFacts } from '../../facts/readFacts.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Slice } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';
import type { Format } from '../format.ts';

/** What a record says, of what other records may say too. */
export interface Said {
  /** Its texts count wherever they stand. */
  texts: readonly string[];
  /** It counts itself only where no other record has one of these texts. */
  unless: readonly string[];
}

/**
 * The parts of a format for logs that say most things twice: for the model, and for the screen. What stands
 * there for the screen alone is read as well.
 */
export function withCopies(of: {
  said: (record: JsonNode) => Said;
  read: (build: Builder, record: JsonNode) => void;
  readCopy: (build: Builder, record: JsonNode) => void;
}): Pick<Format, 'read' | 'record' | 'links'> {
  return {
    read(input, build) {
      const all = [...input.records()].map((record) => ({ record, said: of.said(record.value) }));
      const texts = new Set(all.flatMap(({ said }) => said.texts));
      for (const { record, said } of all) {
        if (!build.isOpen) build.trajectory(record.range.start);
        if (said.unless.length === 0) of.read(build, record.value);
        else if (!said.unless.some((text) => texts.has(text))) of.readCopy(build, record.value);
        build.about(record.value, eventFacts);
      }
    },
    record(build, { value, range }) {
      if (!build.isOpen) build.trajectory(range.start);
      if (of.said(value).unless.length === 0) of.read(build, value);
    },
    links: {
      of(record) {
        const { texts, unless } = of.said(record);
        return texts.length + unless.length === 0 ? null : JSON.stringify([texts, unless]);
      },
      needWhole(links) {
        const all = links.map((link) => JSON.parse(link) as [string[], string[]]);
        const texts = new Set(all.flatMap(([own]) => own));
        return all.some(([, unless]) => unless.length > 0 && !unless.some((one) => texts.has(one)));
      },
    },
  };
}

/** A short name for a text, by which it is found again; none for a blank one. */
export function textKeys(kind: string, slices: readonly (Slice | null)[]): string[] {
  const keys: string[] = [];
  for (const slice of slices) {
    const trimmed = slice && trim(slice);
    if (!trimmed) continue;
    const { source, start, end } = trimmed;
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1)
      hash = Math.imul(hash ^ source.text.charCodeAt(at), 0x01000193);
    keys.push(`${kind} ${end - start}.${(hash >>> 0).toString(36)}`);
  }
  return keys;
}
