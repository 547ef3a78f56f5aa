import { labelPatternsSchema } from '@deepcoder/vocabulary';
import { z } from 'zod';

const onOff = (value: boolean, description: string) =>
  z.boolean().default(value).meta({ description, scope: 'resource' });

/**
 * The editor's settings, under `deepcoder`. Each leaf carries its default, its description, and in which
 * of VS Code's scopes it may be set; `npm run sync` writes `contributes.configuration` from it.
 */
export const settingsSchema = z.object({
  trajectories: z
    .object({
      formats: z.record(z.string().min(1), z.string().min(1)).default({}).meta({
        description:
          'Formats by glob, where detection is overruled; the first glob that matches counts: {"logs/*.txt": "react_text"}. A name from trajectories.rules stands for its rules, "none" for files that are no trajectories.',
        scope: 'resource',
      }),
      rules: z.record(z.string().min(1), labelPatternsSchema).default({}).meta({
        description:
          'Label rules for home-made logs, by name: {"mine": {"action": "^> ", "observation": "^< "}}. trajectories.formats refers to them.',
        scope: 'resource',
      }),
      config: z.string().default('').meta({
        description:
          'The training config that counts for trajectories, from the workspace folder; empty: the nearest deepcoder.yaml above each of them.',
        scope: 'resource',
      }),
      kindColours: onOff(
        true,
        'Give spans in the text the colours that the inspector and the charts have (deepcoder.reasoning and others); off: those of the theme for similar code.',
      ),
      secrets: onOff(true, 'Warn of what looks like a key or token in a trajectory.'),
      outlineSpans: z.int().min(0).default(5000).meta({
        description: 'The outline leaves out spans, then steps, in files that have more than this.',
        scope: 'resource',
      }),
    })
    .prefault({}),
  inlayHints: z
    .object({
      tokens: onOff(
        true,
        'Show the number of tokens (characters without a tokenizer) of each span.',
      ),
      weight: onOff(false, 'Show the weight that each span has in the loss.'),
    })
    .prefault({}),
  codeLens: z
    .object({
      record: onOff(true, 'Show steps, tokens and the supervised share above each trajectory.'),
      actions: onOff(true, 'Offer "Preview tokens" and "Train on this file" above trajectories.'),
    })
    .prefault({}),
  config: z
    .object({
      checkDisk: onOff(
        true,
        'Check the files that a config names, and whether models and tokenizer fit each other.',
      ),
      lens: onOff(true, 'Show steps, tokens, memory and time at the top of a config.'),
    })
    .prefault({}),
  runs: z
    .object({
      folders: z.array(z.string().min(1)).default(['runs']).meta({
        description: 'Where runs lie, from each workspace folder.',
        scope: 'resource',
      }),
    })
    .prefault({}),
  trainer: z
    .object({
      nodePath: z.string().default('').meta({
        description: "The Node that runs the trainer; empty: the editor's own.",
        scope: 'machine',
      }),
      programPath: z.string().default('').meta({
        description: 'The trainer program (deepcoder.mjs); empty: the one that comes with this.',
        scope: 'machine',
      }),
    })
    .prefault({}),
  trace: z
    .object({
      server: z.enum(['off', 'messages', 'verbose']).default('off').meta({
        description: 'Log what the editor and the language server say to each other.',
        scope: 'window',
      }),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;

/** Settings as a client gives them; a value that does not fit falls back to its default and is named. */
export function readSettings(given: unknown): { settings: Settings; problems: string[] } {
  const problems: string[] = [];
  const tree: unknown = structuredClone(given ?? {});
  for (let tries = 0; tries < 100; tries += 1) {
    const read = settingsSchema.safeParse(tree);
    if (read.success) return { settings: read.data, problems };
    const issue = read.error.issues[0]!;
    problems.push(`deepcoder.${issue.path.join('.')}: ${issue.message}`);
    if (!removeAt(tree, issue.path)) break;
  }
  return { settings: settingsSchema.parse({}), problems };
}

/** Takes a value out of a tree; where it is not there, what should hold it. */
function removeAt(tree: unknown, path: readonly PropertyKey[]): boolean {
  let holder = tree;
  for (const [i, key] of path.entries()) {
    if (typeof holder !== 'object' || holder === null) return false;
    const next = (holder as Record<PropertyKey, unknown>)[key];
    const isLast = i === path.length - 1;
    if (isLast || typeof next !== 'object' || next === null) {
      return Reflect.deleteProperty(holder, key);
    }
    holder = next;
  }
  return false;
}

interface Leaf {
  type?: unknown;
  description?: string;
  default?: unknown;
  properties?: Record<string, Leaf>;
  scope?: string;
  [key: string]: unknown;
}

/** The leaves as `contributes.configuration.properties` wants them. */
export function settingsProperties(): Record<string, Leaf> {
  const properties: Record<string, Leaf> = {};
  const visit = (path: string, schema: Leaf): void => {
    if (schema.properties && schema.description === undefined) {
      for (const [key, child] of Object.entries(schema.properties)) visit(`${path}.${key}`, child);
      return;
    }
    properties[path] = schema;
  };
  const root = z.toJSONSchema(settingsSchema, { io: 'input' }) as Leaf;
  visit('deepcoder', root);
  return properties;
}
