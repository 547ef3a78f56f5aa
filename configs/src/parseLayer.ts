import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Node,
  type ParsedNode,
} from 'yaml';
import { problemAt, type ConfigProblem } from './configProblem.ts';
import { fillReferences, type Env } from './envReferences.ts';
import type { MapTree, Origin, Tree } from './tree.ts';
import { yamlMessage } from './yamlErrors.ts';

/** One text of YAML and what it is called in messages. */
export interface LayerSource {
  text: string;
  file: string;
  source: Origin['source'];
}

/** Far beyond any real config; a file that repeats itself through aliases stops here. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 64;
const BAD_MERGE = '<<: takes in a map, or a list of maps: <<: *name, or <<: [*one, *other]';

/** Reads one YAML text into a tree; everything that is wrong with it is in `problems`. */
export function parseLayer(
  { text, file, source }: LayerSource,
  env: Env,
): { tree: MapTree; problems: ConfigProblem[] } {
  const lines = new LineCounter();
  // Its own search for repeated keys compares each with all before it; `readMap` does that in one pass.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const originOf = (start: number, end: number, environment: string | null = null): Origin => {
    const { line, col } = lines.linePos(start);
    return { source, file, start, end, line, column: col, environment, reference: null };
  };
  const problems = document.errors.map((error) => {
    const [start, end] = error.pos;
    return problemAt(originOf(start, end), { code: 'config/yaml', message: yamlMessage(error) });
  });
  const empty: MapTree = { type: 'map', origin: originOf(0, 0), entries: new Map() };
  if (text.includes('\0')) {
    const message = 'the file is no UTF-8 text (UTF-16?); save it as UTF-8';
    const problem = problemAt(originOf(0, 0), { code: 'config/encoding', message });
    return { tree: empty, problems: [problem] };
  }
  if (problems.length > 0 || document.contents === null) return { tree: empty, problems };
  if (isScalar(document.contents) && document.contents.value === null) {
    return { tree: empty, problems };
  }
  const reader = new TreeReader(env, originOf, (alias) => alias.resolve(document));
  const tree = reader.read(document.contents, []);
  if (tree.type !== 'map') {
    const message = 'a config is a map of keys to values';
    problems.push(problemAt(tree.origin, { code: 'config/not-a-map', message }));
  }
  if (reader.overflow !== null) {
    const message = 'too many or too deeply nested values; does an alias hold itself?';
    problems.push(problemAt(reader.overflow, { code: 'config/too-large', message }));
  }
  for (const one of reader.faults.map(({ origin, message }) =>
    problemAt(origin, { code: 'config/yaml', message }),
  ))
    problems.push(one);
  return { tree: tree.type === 'map' ? tree : empty, problems };
}

type OriginOf = (start: number, end: number, environment: string | null) => Origin;
type Resolve = (alias: Alias) => Node | undefined;

class TreeReader {
  overflow: Origin | null = null;
  /** Aliases of nothing, and values of merge keys that cannot be merged. */
  readonly faults: { origin: Origin; message: string }[] = [];
  private values = 0;

  constructor(
    private readonly env: Env,
    private readonly originOf: OriginOf,
    private readonly resolve: Resolve,
  ) {}

  read(node: Node | ParsedNode | null, path: string[]): Tree {
    const environment = path[0] === 'environments' ? (path[1] ?? null) : null;
    const [start, end] = node?.range ?? [0, 0];
    const origin = this.originOf(start, end, environment);
    if (++this.values > MAX_VALUES || path.length > MAX_DEPTH) {
      this.overflow ??= origin;
      return { type: 'scalar', origin, value: null, trouble: null };
    }
    if (isAlias(node)) {
      const target = this.resolve(node);
      if (target !== undefined) return this.read(target, path);
      this.faults.push({ origin, message: yamlMessage({ code: 'BAD_ALIAS' }) });
    }
    if (isMap(node)) return this.readMap(node.items as Pair[], origin, path);
    if (isSeq(node)) {
      const items = (node.items as Node[]).map((item, index) =>
        this.read(item, [...path, String(index)]),
      );
      return { type: 'list', origin, items };
    }
    if (!isScalar(node)) return { type: 'scalar', origin, value: null, trouble: null };
    if (typeof node.value !== 'string') {
      return { type: 'scalar', origin, value: node.value, trouble: null };
    }
    const { reference, ...filled } = fillReferences(node.value, this.env);
    return { type: 'scalar', origin: { ...origin, reference }, ...filled };
  }

  private readMap(pairs: Pair[], origin: Origin, path: string[]): MapTree {
    const merges = pairs.filter(isMerge).flatMap(({ value }) => this.mergedMaps(value, path));
    // What stands in the map itself is over what it takes in, and of that the first over the rest.
    const entries: MapTree['entries'] = new Map(
      merges.reverse().flatMap((merged) => [...merged.entries]),
    );
    const seen = new Set<string>();
    for (const pair of pairs) {
      if (isMerge(pair)) continue;
      const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      const [start, end] = pair.key?.range ?? [origin.start, origin.start];
      const keyOrigin = this.originOf(start, end, origin.environment);
      if (seen.has(key)) this.faults.push({ origin: keyOrigin, message: yamlMessage(DUPLICATE) });
      seen.add(key);
      const value = this.read(pair.value, [...path, key]);
      // A key without a value has no place of its own.
      const placed = pair.value?.range ? value : { ...value, origin: keyOrigin };
      entries.set(key, { keyOrigin, value: placed });
    }
    return { type: 'map', origin, entries };
  }

  /** The maps that a merge key takes in, in order. */
  private mergedMaps(value: Node | null, path: string[]): MapTree[] {
    const tree = this.read(value, [...path, MERGE]);
    const trees = tree.type === 'list' ? tree.items : [tree];
    return trees.flatMap((one) => {
      if (one.type === 'map') return [one];
      if (!isAlias(value)) this.faults.push({ origin: one.origin, message: BAD_MERGE });
      return [];
    });
  }
}

const DUPLICATE = { code: 'DUPLICATE_KEY' } as const;

const MERGE = '<<';

/** A quoted one is a key like any other. */
function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === MERGE && key.type === 'PLAIN';
}

interface Pair {
  key: Node | null;
  value: Node | null;
}
