import type { Builder } from '../../assemble/builder.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { NameBits } from '../../json/keyNames.ts';
import type { Format } from '../format.ts';

/** A format whose files are event lines, all of one trajectory. */
export function eventLines(format: {
  id: string;
  title: string;
  recordNames: NameBits;
  detect: (sample: JsonNode) => string | null;
  event: (build: Builder, event: JsonNode) => void;
}): Format {
  return {
    id: format.id,
    title: format.title,
    recordNames: format.recordNames,
    detect: ({ samples }) => firstReason(samples, format.detect),
    record(build, { value, range }) {
      if (!build.isOpen) build.trajectory(range.start);
      format.event(build, value);
    },
  };
}

/** What the first sample that tells the format says. */
export function firstReason(
  samples: readonly JsonNode[],
  detect: (sample: JsonNode) => string | null,
): string | null {
  for (const sample of samples) {
    const reason = detect(sample);
    if (reason !== null) return reason;
  }
  return null;
}
