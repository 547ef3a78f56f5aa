import {
  labelPatternTrouble,
  own,
  labelPatternsSchema,
  type LabelPatterns,
} from '@deepcoder/vocabulary';
import { parseLayer } from './parseLayer.ts';
import { plainValue } from './tree.ts';

/** Label rules by name: `data.rules`. */
export type RuleSets = Record<string, LabelPatterns>;

/**
 * Label rules of a file of their own, in YAML or JSON: from kind to pattern, called `name`, or several of
 * these by name, also under `rules` or `data.rules` as in a config.
 */
export function labelRulesOf(text: string, name: string): { rules: RuleSets; problems: string[] } {
  const { tree, problems } = parseLayer({ text, file: name, source: 'file' }, {});
  if (problems.length > 0) return { rules: {}, problems: problems.map(({ message }) => message) };
  const value = inner(plainValue(tree));
  const single = labelPatternsSchema.safeParse(value);
  const sets = single.success ? { [name]: single.data as unknown } : value;
  const rules = new Map<string, LabelPatterns>();
  const wrong: string[] = [];
  for (const [own, patterns] of Object.entries(sets)) {
    const read = labelPatternsSchema.safeParse(patterns);
    if (!read.success || Object.keys(read.data).length === 0) {
      wrong.push(`${own}: ${EXPECTED}`);
      continue;
    }
    rules.set(own, read.data);
    for (const [kind, pattern] of Object.entries(read.data)) {
      const trouble = labelPatternTrouble(pattern ?? '');
      if (trouble !== null) wrong.push(`${own}.${kind}: is not a regular expression: ${trouble}`);
    }
  }
  if (Object.keys(sets).length === 0) wrong.push(EXPECTED);
  return { rules: Object.fromEntries(rules), problems: wrong };
}

const EXPECTED = `must be a map from kind (${Object.keys(labelPatternsSchema.shape).join(', ')}) to pattern`;

function inner(value: unknown): Record<string, unknown> {
  let at = value;
  for (const key of ['data', 'rules']) {
    const next = isMap(at) ? own(at, key) : undefined;
    if (isMap(next)) at = next;
  }
  return isMap(at) ? at : {};
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
