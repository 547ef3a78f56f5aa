import type { Builder } from '../../build/builder.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Format } from '../format.ts';

interface Chain {
  id: string | null;
  nodes: JsonNode[];
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
      for (const { value } of input.records()) {
        const side = sideOf(value);
        const chain = chains.get(side) ?? { id: side, nodes: [] };
        chain.id ??= idOf(value);
        chain.nodes.push(value);
        chains.set(side, chain);
      }
      for (const { id, nodes } of chains.values()) {
        build.trajectory(nodes[0]!.start, id);
        for (const node of nodes) event(build, node);
        if (chains.size > 1) build.close(nodes[nodes.length - 1]!.end);
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
