import { own } from '@deepcoder/vocabulary';
import { parse } from 'yaml';
import { originAt, pathText, plainValue, PRESETS, treeAt, type Origin } from '@deepcoder/config';
import type { Env } from '@deepcoder/trainer-protocol/node';
import type { Hover } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from './analyse.ts';
import { fileSchemasAt, withoutEnvironment } from './fileSchemas.ts';
import { modelLine } from './namedModel.ts';
import { schemaText } from './schemaText.ts';
import { entriesAt } from './yamlPlaces.ts';

interface HoverOptions {
  offset: number;
  shortPath: (file: string) => string;
  /** Where paths of the config start from. */
  cwd: string;
  env: Env;
}

/** What a key means, the preset's value, the value in force and where that comes from. */
export async function hover(
  document: TextDocument,
  analysis: Analysis,
  { offset, shortPath, ...place }: HoverOptions,
): Promise<Hover | null> {
  const at = entriesAt(analysis.entries, offset).findLast(({ key }) => key !== null);
  if (at?.key == null) return null;
  const schemas = fileSchemasAt(at.path);
  // The first one speaks of the key, the others are its alternatives.
  const [schema] = schemas;
  if (schema === undefined) return null;
  const path = withoutEnvironment(at.path);
  const lines = [
    `**${pathText(at.path)}**`,
    schemaText(schema),
    presetLine(analysis, path),
    inForceLine(analysis, path, shortPath),
    await modelLine(analysis, path, place),
  ];
  const value = lines.filter((line) => line !== '').join('\n\n');
  const { start, end } = at.key;
  return {
    contents: { kind: 'markdown', value },
    range: { start: document.positionAt(start), end: document.positionAt(end) },
  };
}

function presetLine({ preset }: Analysis, path: readonly string[]): string {
  if (preset === null) return '';
  let value: unknown = parse(PRESETS[preset as keyof typeof PRESETS]);
  for (const key of path) value = isMap(value) ? own(value, key) : undefined;
  return value === undefined || isMap(value)
    ? ''
    : `Preset ${preset}: \`${JSON.stringify(value)}\``;
}

function inForceLine(
  { loaded, path: file }: Analysis,
  path: readonly string[],
  shortPath: (file: string) => string,
): string {
  if (loaded?.tree == null || path.length === 0) return '';
  const found = treeAt(loaded.tree, path);
  if (found === undefined) return '';
  const value = plainValue(found);
  if (isMap(value)) return '';
  const origin = originAt(loaded.tree, path);
  return `In force: \`${JSON.stringify(value)}\`, from ${originText(origin, { file, shortPath })}`;
}

function originText(
  { source, file, line, environment, reference }: Origin,
  here: { file: string; shortPath: (file: string) => string },
): string {
  const inEnvironment = environment === null ? '' : ` (environment ${environment})`;
  const filled = reference === null ? '' : ` (\`${reference}\`)`;
  const place =
    source === 'default' || file === null
      ? 'the default'
      : source === 'preset'
        ? `preset ${file.replace(/^preset:/, '')}, line ${line}`
        : file === here.file
          ? `line ${line}`
          : `${here.shortPath(file)}, line ${line}`;
  return `${place}${inEnvironment}${filled}`;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
