import { expectedText, rangeText, schemaAlternatives, type JsonSchema } from '@deepcoder/config';

/** What a key means: meaning, unit, what may stand there, default; as Markdown. */
export function schemaText(schema: JsonSchema): string {
  const leaves = schemaAlternatives(schema).filter(({ anyOf }) => anyOf === undefined);
  const choices = leaves.flatMap(({ enum: names }) => names ?? []);
  const unit = schema.unit === undefined ? '' : `, in ${schema.unit}`;
  const takes =
    choices.length > 0
      ? [...new Set(choices)].map((name) => `\`${String(name)}\``).join(' | ')
      : `${expectedText(leaves)}${unit}`;
  const isSection = leaves.every(({ type }) => type === 'object');
  const hasRange = leaves.some((leaf) => rangeText(leaf) !== '');
  const lines = [
    schema.description ?? '',
    isSection ? '' : `Takes ${takes}${choices.length > 0 && hasRange ? unit : ''}`,
    schema.default === undefined || isSection
      ? ''
      : `Default \`${JSON.stringify(schema.default)}\``,
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}
