export interface ConfigDifference {
  /** `train.learning_rate` */
  key: string;
  /** One a config; empty where it has no such key. */
  values: string[];
}

/** The keys in which resolved configs differ, in the order of the first that has them. */
export function configDifferences(configs: readonly string[]): ConfigDifference[] {
  const maps = configs.map(flatten);
  const keys = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...keys]
    .map((key) => ({ key, values: maps.map((map) => map.get(key) ?? '') }))
    .filter(({ values }) => new Set(values).size > 1);
}

/**
 * Leaves by path, of YAML as the program writes it: block maps, scalars, and lists, which count as one
 * value however they are written.
 */
function flatten(text: string): Map<string, string> {
  const leaves = new Map<string, string>();
  const parents: { indent: number; key: string }[] = [];
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (indent < 0 || line[indent] === '#') continue;
    const [, key, value = ''] = /^\s*([\w./-]+):(?:\s+(.*))?$/.exec(line) ?? [];
    while (parents.length > 0 && isBeside(parents.at(-1)!.indent, indent, key)) parents.pop();
    const above = parents.map((parent) => parent.key).join('.');
    if (key === undefined) {
      const before = leaves.get(above);
      leaves.set(above, before === undefined ? line.trim() : `${before} ${line.trim()}`);
      continue;
    }
    parents.push({ indent, key });
    if (value !== '') leaves.set(parents.map((parent) => parent.key).join('.'), value);
  }
  return leaves;
}

/** Items of a list may stand as far left as its key. */
function isBeside(parent: number, indent: number, key: string | undefined): boolean {
  return key === undefined ? parent > indent : parent >= indent;
}
