/** What a record of a tree-shaped log says: only prompts and the agent's records tell branches apart. */
export type RecordPart = 'prompt' | 'agent' | 'result' | 'note';

/** A record of a log in which each names the one before it. */
export interface TreeLink {
  /** `main`, the side chain's own name, or null for one that is told by its parents. */
  chain: string | null;
  own: string | null;
  parent: string | null;
  session: string | null;
  part: RecordPart;
  /** The response that it is a part of. */
  response: string | null;
  /** Tells its text from others. */
  mark: string;
}

export function encodeLink(link: TreeLink): string {
  const { chain, own, parent, session, part, response, mark } = link;
  return JSON.stringify([chain, own, parent, session, part, response, mark]);
}

export function decodeLink(encoded: string): TreeLink {
  const [chain, own, parent, session, part, response, mark] = JSON.parse(encoded) as [
    string | null,
    string | null,
    string | null,
    string | null,
    RecordPart,
    string | null,
    string,
  ];
  return { chain, own, parent, session, part, response, mark };
}
