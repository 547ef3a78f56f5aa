import type { Builder } from '../../assemble/builder.ts';
import { eventFacts } from '../../facts/readFacts.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import { MAIN, type Conversation, type Untangled } from './recordTree.ts';
import type { TreeLink } from './treeLink.ts';

interface Reading extends Untangled {
  links: readonly TreeLink[];
  hasContent: (record: JsonNode) => boolean;
  idOf: (record: JsonNode) => string | null;
  read: (build: Builder, record: JsonNode) => void;
}

/**
 * Each conversation as a trajectory. What a person has rewound is no example to learn from: it is masked,
 * and reported, as are records that repeat others.
 */
export function readConversations(
  build: Builder,
  all: readonly JsonNode[],
  { conversations, repeated, links, hasContent, idOf, read }: Reading,
): void {
  const ids = new Set<string>();
  const kept = conversations
    .map((one) => ({ ...one, records: one.records.filter((i) => hasContent(all[i]!)) }))
    .filter(({ records }) => records.length > 0)
    .map((one) => ({ ...one, nodes: one.records.map((i) => all[i]!) }))
    .sort((a, b) => a.nodes[0]!.rawStart - b.nodes[0]!.rawStart);
  for (const one of kept) {
    const first = one.nodes[0]!;
    const link = links[one.records[0]!]!;
    build.trajectory(first.rawStart, uniqueId(one, { ids, id: idOf(first), link }));
    reportRewound(build, one, first);
    build.isMasked = one.fate === 'abandoned';
    for (const node of one.nodes) {
      read(build, node);
      build.about(node, eventFacts);
    }
    build.isMasked = false;
    if (kept.length > 1) build.close(one.nodes[one.nodes.length - 1]!.rawEnd);
  }
  const again = repeated.map((i) => all[i]!).filter(hasContent);
  if (again.length > 0) reportRepeated(build, again);
}

/** The id of the one conversation of a file, by the first of its records that says something. */
export function loneId(id: string | null, { chain, session, own }: TreeLink): string | null {
  const isWhole = chain === MAIN || id !== session;
  return isWhole ? (id ?? own) : own;
}

/** A side chain or branch has its session's id: there its first record's is its own. */
function uniqueId(
  { fate }: Conversation,
  { ids, id, link }: { ids: Set<string>; id: string | null; link: TreeLink },
): string | null {
  const lone = fate === 'kept' || link.chain !== MAIN ? loneId(id, link) : link.own;
  if (lone === null || ids.has(lone)) return link.own;
  ids.add(lone);
  return lone;
}

function reportRewound(build: Builder, { fate }: Conversation, first: JsonNode): void {
  if (fate === 'kept') return;
  const message =
    fate === 'abandoned'
      ? 'The conversation was rewound to before this prompt: its branch is a trajectory of its own, and not learnt.'
      : 'The session was later rewound to its beginning: what came before is a trajectory of its own.';
  build.problem('info', 'rewound', message, { start: first.rawStart, end: first.rawStart + 1 });
}

function reportRepeated(build: Builder, again: readonly JsonNode[]): void {
  const start = again[0]!.rawStart;
  const message =
    again.length === 1
      ? 'This record repeats an earlier one and is left out.'
      : `${again.length} records from here on repeat earlier ones and are left out.`;
  build.problem('info', 'repeated-record', message, { start, end: start + 1 });
}
