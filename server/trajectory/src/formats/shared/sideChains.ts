import type { Builder } from '../../assemble/builder.ts';
import { eventFacts } from '../../facts/readFacts.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Format, JsonRecord } from '../format.ts';

interface Chain {
  id: string | null;
  records: JsonRecord[];
}

/**
 * The parts of a format for event lines of which some are a helper's: `sideOf` gives the helper's name. Each
 * helper's events are a trajectory of their own.
 */
export function withSideChains(of: {
  sideOf: (event: JsonNode) => string | null;
  idOf: (event: JsonNode) => string | null;
  event: (build: Builder, event: JsonNode) => void;
}): Pick<Format, 'read' | 'record' | 'links'> {
  const { sideOf, idOf, event } = of;
  return {
    read(input, build) {
      const chains = new Map<string | null, Chain>();
      for (const record of input.records()) {
        const side = sideOf(record.value);
        const chain = chains.get(side) ?? { id: side, records: [] };
        chain.id ??= idOf(record.value);
        chain.records.push(record);
        chains.set(side, chain);
      }
      for (const { id, records } of chains.values()) {
        build.trajectory(records[0]!.range.start, id);
        for (const { value } of records) {
          event(build, value);
          build.about(value, eventFacts);
        }
        if (chains.size > 1) build.close(records.at(-1)!.value.rawEnd);
      }
    },
    record(build, { value, range }) {
      if (!build.isOpen) build.trajectory(range.start);
      build.nameTrajectory(idOf(value));
      event(build, value);
    },
    links: { of: sideOf, needWhole: (links) => links.length > 0 },
  };
}
