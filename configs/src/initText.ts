import { stringify } from 'yaml';
import { rangeText } from './expectedText.ts';
import { configJsonSchema, schemaAlternatives, type JsonSchema } from './jsonSchema.ts';

/** What `init` puts where a config has no default. */
const EXAMPLES: Record<string, unknown> = {
  'data.train': ['trajectories/**/*.jsonl'],
  'student.model': './models/student',
  'teacher.model': './models/teacher',
};

/** Sections that a config has or has not; shown commented out. */
const OPTIONAL = ['student.architecture', 'student.lora'];

/** Teacher settings are shown for a teacher, which is what one mostly wants. */
const INSTEAD_OF_DEFAULTS: Record<string, unknown> = { 'teacher.type': 'checkpoint' };

/** A config with every key, its meaning, unit, range and default; it loads as it stands. */
export function initText(): string {
  const schema = configJsonSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([key, child]) =>
    keyText(key, child, { path: [], commented: false }).join('\n'),
  );
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

const HEAD = `# DeepCoder training config. Keys with their defaults may be left out.
# extends: production   # start from a preset (quickstart, fast, research, production) or a file
# environments:         # changes for a machine; chosen by --env NAME or DEEPCODER_ENV
#   gpu: {engine: {provider: webgpu}}
# Strings may hold \${env:NAME} or \${env:NAME:-default}.
`;

interface Place {
  path: string[];
  commented: boolean;
}

function keyText(key: string, schema: JsonSchema, { path, commented }: Place): string[] {
  const here = [...path, key];
  const dotted = here.join('.');
  const comment = OPTIONAL.includes(dotted) || commented;
  const indent = '  '.repeat(path.length);
  const lead = comment ? '# ' : '';
  const section = sectionOf(dotted, schema);
  // Inside a commented section meanings are comments twice, so that uncommenting the block leaves them.
  const about = `${indent}${commented ? '# # ' : '# '}${meaning(schema)}`;
  if (section === undefined) {
    return [about, `${indent}${lead}${key}: ${valueText(dotted, schema)}`];
  }
  const children = Object.entries(section.properties ?? {}).flatMap(([name, child]) =>
    keyText(name, child, { path: here, commented: comment }),
  );
  return [about, `${indent}${lead}${key}:`, ...children];
}

/** The map that a key opens, or undefined where it is written on one line. */
function sectionOf(dotted: string, schema: JsonSchema): JsonSchema | undefined {
  const nullable = schema.anyOf?.some(({ type }) => type === 'null') === true;
  if (nullable && !OPTIONAL.includes(dotted)) return undefined;
  if (!nullable && schema.anyOf !== undefined) return undefined;
  return schemaAlternatives(schema).find(({ properties }) => properties !== undefined);
}

function meaning(schema: JsonSchema): string {
  const { description = '', unit } = schema;
  const choices = schemaAlternatives(schema).flatMap((alternative) => alternative.enum ?? []);
  const range =
    schemaAlternatives(schema)
      .map(rangeText)
      .find((text) => text !== '') ?? '';
  const notes = [
    unit === undefined ? '' : `in ${unit}`,
    range.trim(),
    choices.length > 1 ? [...new Set(choices)].join(' | ') : '',
  ].filter((note) => note !== '');
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

function valueText(dotted: string, schema: JsonSchema): string {
  const value = EXAMPLES[dotted] ?? INSTEAD_OF_DEFAULTS[dotted] ?? schema.default ?? null;
  return stringify(value, {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
  }).trim();
}
