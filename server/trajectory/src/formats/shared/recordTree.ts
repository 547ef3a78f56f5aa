import { Strands } from './strands.ts';
import { decodeLink, type RecordPart, type TreeLink } from './treeLink.ts';

/** Records of one conversation, by number, in the order of the file. */
export interface Conversation {
  chain: string;
  records: number[];
  /** `abandoned`: a branch that a rewind left; `restarted`: a session that was rewound to its beginning. */
  fate: 'kept' | 'abandoned' | 'restarted';
}

export interface Untangled {
  conversations: Conversation[];
  /** Records that stand there a second time. */
  repeated: number[];
}

export const MAIN = 'main';

/**
 * The conversations in a log: the path to the last record, with what hangs on it (results of parallel calls,
 * chunks of a response); side chains; branches that were rewound; further sessions. A record whose text
 * stands there already, under the same id or in a resumed copy, counts once.
 */
export function untangle(links: readonly TreeLink[]): Untangled {
  const { chains, parents, repeated } = sortIntoChains(links);
  const conversations = [...chains].flatMap(([name, { records, isUnsure }]): Conversation[] =>
    isUnsure
      ? [{ chain: name, records, fate: 'kept' }]
      : conversationsOf(name, records, { links, parents }),
  );
  conversations.sort((a, b) => a.records[0]! - b.records[0]!);
  return { conversations, repeated };
}

export function isTangled(encoded: readonly string[]): boolean {
  const { conversations, repeated } = untangle(encoded.map(decodeLink));
  return repeated.length > 0 || conversations.length > 1;
}

interface Chain {
  records: number[];
  /** Its ids stand for several records, so that they tell nothing about branches. */
  isUnsure: boolean;
}

interface Chains {
  chains: Map<string, Chain>;
  /** Numbers of the records before; -1 where there is none in the file. */
  parents: Int32Array;
  repeated: number[];
}

function sortIntoChains(links: readonly TreeLink[]): Chains {
  const chains = new Map<string, Chain>();
  const parents = new Int32Array(links.length).fill(-1);
  const repeated: number[] = [];
  const known = new KnownRecords(links);
  for (const [i, link] of links.entries()) {
    const name = known.chainOf(link, i);
    const chain = chains.get(name) ?? { records: [], isUnsure: false };
    chains.set(name, chain);
    const parent = known.find(name, link.parent);
    const copied = known.copyOf(name, parent, link);
    if (copied === 'clash') chain.isUnsure = true;
    known.add(name, parent, { link, number: typeof copied === 'number' ? copied : i });
    if (typeof copied === 'number') repeated.push(i);
    else {
      parents[i] = parent;
      chain.records.push(i);
    }
  }
  return { chains, parents, repeated };
}

class KnownRecords {
  private readonly byId = new Map<string, number>();
  private readonly byText = new Map<string, number>();
  private readonly sideOf = new Map<string, string>();

  /** Only another session's records are copies. */
  private readonly mayCopy: boolean;

  constructor(private readonly links: readonly TreeLink[]) {
    this.mayCopy = links.some(({ session }) => session !== links[0]!.session);
  }

  chainOf(link: TreeLink, number: number): string {
    const name = link.chain ?? this.sideOf.get(link.parent ?? '') ?? `side ${number}`;
    if (link.chain === null && link.own !== null) this.sideOf.set(link.own, name);
    return name;
  }

  find(chain: string, id: string | null): number {
    return id === null ? -1 : (this.byId.get(`${chain}\n${id}`) ?? -1);
  }

  /** The record that this one repeats; `clash` where its id stands for another one. */
  copyOf(chain: string, parent: number, link: TreeLink): number | 'clash' | null {
    const same = this.find(chain, link.own);
    if (same >= 0) return this.saysTheSame(same, link) ? same : 'clash';
    if (!this.mayCopy || link.own === null || link.session === null) return null;
    const copied = this.byText.get(textKey(chain, parent, link));
    if (copied === undefined || this.links[copied]!.session === link.session) return null;
    return copied;
  }

  add(chain: string, parent: number, { link, number }: { link: TreeLink; number: number }): void {
    if (link.own === null) return;
    this.byId.set(`${chain}\n${link.own}`, number);
    if (!this.mayCopy) return;
    const key = textKey(chain, parent, link);
    if (!this.byText.has(key)) this.byText.set(key, number);
  }

  private saysTheSame(number: number, { part, response, mark }: TreeLink): boolean {
    const other = this.links[number]!;
    return other.part === part && other.response === response && other.mark === mark;
  }
}

/** A response's id is its own wherever it stands; other records are copies below the same parent. */
function textKey(chain: string, parent: number, { part, response, mark }: TreeLink): string {
  const place = response === null ? `${parent}` : `response ${response}`;
  return [chain, place, part, mark].join('\n');
}

interface Records {
  links: readonly TreeLink[];
  parents: Int32Array;
}

function conversationsOf(chain: string, records: number[], of: Records): Conversation[] {
  const strands = new Strands(records, of);
  const list: Conversation[] = [];
  const ofStrand: Conversation[] = [];
  const roots = new Roots(chain, list);
  for (const strand of strands.inOrder) {
    if (strand.above < 0) ofStrand[strand.number] = roots.conversationOf(strand, of);
  }
  for (const strand of strands.list) {
    if (strand.above < 0) continue;
    const isLeft = strand.begins === 'prompt' && strands.goesOn(strand.above) === 'prompt';
    if (isLeft) {
      const branch: Conversation = { chain, records: [], fate: 'abandoned' };
      list.push(branch);
      ofStrand[strand.number] = branch;
    } else ofStrand[strand.number] = ofStrand[strands.strandOf(strand.above)]!;
  }
  for (const record of records) ofStrand[strands.strandOf(record)]!.records.push(record);
  return list.filter((one) => one.records.length > 0);
}

/** Strands that begin with a record that has none before it. */
class Roots {
  private readonly bySession = new Map<string, { conversation: Conversation; isLinked: boolean }>();
  private current: { conversation: Conversation; isLinked: boolean } | null = null;

  constructor(
    private readonly chain: string,
    private readonly list: Conversation[],
  ) {}

  conversationOf(
    strand: { top: number; begins: RecordPart | null; length: number },
    { links }: Records,
  ): Conversation {
    const { session, parent, part } = links[strand.top]!;
    const own = session === null ? undefined : this.bySession.get(session);
    const before = own ?? this.current;
    const isLinked = strand.length > 1;
    const begins = parent === null && strand.begins !== null;
    const isMain = this.chain === MAIN;
    const isOther = isMain && !own && begins && session !== null && this.bySession.size > 0;
    const again = isLinked && begins && part === 'prompt';
    const restarts = isMain && own?.isLinked === true && again;
    if (restarts) own.conversation.fate = 'restarted';
    if (before === null || restarts || isOther) {
      const conversation: Conversation = { chain: this.chain, records: [], fate: 'kept' };
      this.list.push(conversation);
      this.current = { conversation, isLinked };
    } else {
      before.isLinked ||= isLinked;
      this.current = before;
    }
    if (session !== null) this.bySession.set(session, this.current);
    return this.current.conversation;
  }
}
