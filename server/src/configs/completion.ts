import { PRESETS, schemaAlternatives, type JsonSchema } from '@deepcoder/config';
import { FORMATS } from '@deepcoder/trajectory';
import { CompletionItemKind, InsertTextFormat, type CompletionItem } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Cursor } from './cursor.ts';
import { fileSchemasAt, keysAt, withoutEnvironment } from './fileSchemas.ts';
import { needAt } from './namedModel.ts';
import { schemaText } from './schemaText.ts';
import { entryAtPath, type Entry } from './yamlPlaces.ts';

export interface CompletionDeps {
  entries: readonly Entry[];
  /** Names in a folder that a path may go on with; folders end in a slash. */
  listFolder: (typed: string) => Promise<string[]>;
  /** Ids of the models in the Hub's cache. */
  cachedModels: () => Promise<string[]>;
}

/** What can be written at the cursor. */
export async function completion(
  document: TextDocument,
  cursor: Cursor,
  deps: CompletionDeps,
): Promise<CompletionItem[]> {
  const { start, end } = cursor;
  const range = { start: document.positionAt(start), end: document.positionAt(end) };
  const items = cursor.kind === 'key' ? keyItems(cursor, deps) : await valueItems(cursor, deps);
  return items.map(({ insertText, ...item }, index) => ({
    ...item,
    sortText: String(index).padStart(4, '0'),
    filterText: item.filterText ?? item.label,
    textEdit: { range, newText: insertText ?? item.label },
  }));
}

function keyItems(cursor: Cursor, { entries }: CompletionDeps): CompletionItem[] {
  const { path, prefix } = cursor;
  const holder = path.length === 0 ? { children: entries } : entryAtPath(entries, path);
  const written = new Set(
    (holder?.children ?? [])
      .filter((entry) => entry.key?.start !== cursor.start)
      .map((entry) => entry.path.at(-1)!),
  );
  return Object.entries(keysAt(path))
    .filter(([key]) => !written.has(key) || key === prefix)
    .map(([key, schema]) => ({
      label: key,
      kind: opensMap(schema) ? CompletionItemKind.Module : CompletionItemKind.Property,
      detail: shortDefault(schema),
      documentation: { kind: 'markdown' as const, value: schemaText(schema) },
      insertText: keyText(key, schema, cursor),
    }));
}

function keyText(key: string, schema: JsonSchema, { indent, isFlow }: Cursor): string {
  if (isFlow) return `${key}: `;
  if (opensMap(schema)) return `${key}:\n${' '.repeat(indent + 2)}`;
  return opensList(schema) ? `${key}:\n${' '.repeat(indent + 2)}- ` : `${key}: `;
}

/** A map of known keys, and nothing that could be written on the same line. */
function opensMap(schema: JsonSchema): boolean {
  const all = schemaAlternatives(schema).filter(({ anyOf }) => anyOf === undefined);
  return all.every(({ type }) => type === 'object' || type === 'null');
}

function opensList(schema: JsonSchema): boolean {
  return schema.type === 'array' && schema.default === undefined;
}

function shortDefault({ default: value }: JsonSchema): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value);
  return text.length > 30 ? '' : text;
}

async function valueItems(cursor: Cursor, deps: CompletionDeps): Promise<CompletionItem[]> {
  const { path, prefix } = cursor;
  const schemas = fileSchemasAt(path).flatMap((schema) =>
    schema.type === 'array' && typeof schema.items === 'object' && !cursor.isFlow
      ? schemaAlternatives(schema.items)
      : [schema],
  );
  const unique = new Map<string, CompletionItem>();
  const add = (label: string, rest: Partial<CompletionItem> = {}) => {
    if (!unique.has(label))
      unique.set(label, { label, kind: CompletionItemKind.EnumMember, ...rest });
  };
  for (const { enum: names = [], type, default: value, properties = {} } of schemas) {
    // A map in a list begins with any of its keys.
    for (const key of cursor.isFlow ? [] : Object.keys(properties)) {
      add(key, { kind: CompletionItemKind.Property, insertText: `${key}: ` });
    }
    for (const name of names) add(String(name), value === name ? { detail: 'default' } : {});
    if (type === 'boolean') ['true', 'false'].forEach((name) => add(name));
    if (type === 'null') add('null');
    if (typeof value === 'number') {
      add(String(value), { detail: 'default', kind: CompletionItemKind.Value });
    }
  }
  const dotted = path.join('.');
  if (dotted === 'extends') {
    for (const name of Object.keys(PRESETS)) add(name, { detail: 'preset' });
  }
  if (/^data\.format(\.|$)/.test(dotted)) {
    add('auto', { detail: 'default' });
    const rules = entryAtPath(deps.entries, ['data', 'rules'])?.children ?? [];
    for (const { path: at } of rules) add(at.at(-1)!, { detail: 'rules' });
    for (const { id } of FORMATS) add(id);
  }
  if (/(^|\.)eval\.(environment|environments(\.\d+)?\.name)$/.test(dotted)) {
    add('household', { detail: 'the built-in environment' });
    const own = entryAtPath(deps.entries, ['env'])?.children ?? [];
    for (const { path: at } of own) add(at.at(-1)!, { detail: 'env' });
  }
  if (/^data\.(train|eval)(\.|$)/.test(dotted)) {
    add('env:household?games=2000&seed=1', {
      ...{ detail: 'the built-in environment', insertText: "'env:household?games=2000&seed=1'" },
      kind: CompletionItemKind.Value,
    });
  }
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (needAt(withoutEnvironment(path)) !== null) {
    const detail = "in the Hub's cache";
    const ids = (await deps.cachedModels()).filter((id) => id.startsWith(folder));
    for (const id of ids) add(id, { detail, kind: CompletionItemKind.Value });
  }
  if (TAKES_PATH.test(dotted)) {
    for (const name of await deps.listFolder(folder)) {
      const isFolder = name.endsWith('/');
      const kind = isFolder ? CompletionItemKind.Folder : CompletionItemKind.File;
      add(`${folder}${name}`, { kind, insertTextFormat: InsertTextFormat.PlainText });
    }
  }
  return [...unique.values()];
}

const TAKES_PATH =
  /^(environments\.[^.]+\.)?(extends|data\.(train|eval)(\.\d+)?|tokenizer|student\.model|teacher\.(model|tokenizer|cache)|run\.dir)$/;
