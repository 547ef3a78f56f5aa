import { nearNames, pathsOf, pathText, type ConfigProblem } from '@deepcoder/config';
import type { Fix } from './configProblem.ts';
import { fileSchemasAt, keysAt, withoutEnvironment } from './fileSchemas.ts';
import { lineStartAt } from './lineStart.ts';
import { entriesAt, type Entry } from './yamlPlaces.ts';

interface Here {
  text: string;
  entries: Entry[];
  start: number;
  end: number;
}

/** Names that are offered instead of one that is unknown. */
const MOST_NAMES = 3;

/** What can be done about a problem of the reader. */
export function fixesOf({ code }: ConfigProblem, here: Here): Fix[] {
  const at = entriesAt(here.entries, here.start).at(-1);
  if (at === undefined) return [];
  if (code === 'config/unknown-key') return keyFixes(at, here);
  if (code === 'config/value') return valueFixes(at, here);
  if (code === 'config/yaml') return [];
  return [];
}

function keyFixes({ path, key }: Entry, here: Here): Fix[] {
  const name = path.at(-1)!;
  if (key === null) return [];
  const near = nearNames(name, Object.keys(keysAt(path.slice(0, -1)))).slice(0, MOST_NAMES);
  const renames = near.map((to, index) => ({
    ...replace(`Rename to ${to}`, key, { text: to, preferred: index === 0 }),
    sure: near.length === 1,
  }));
  const elsewhere = near.length > 0 ? [] : pathsOf(name);
  const moves = elsewhere.flatMap((to) => moveTo(to, { path, key, here }) ?? []);
  return [...renames, ...moves, removal(here, key)];
}

/** A one-line key goes to the section it belongs to, where that is in the document already. */
function moveTo(
  to: string,
  { path, key, here }: { path: string[]; key: Here | { start: number; end: number }; here: Here },
): Fix | null {
  const { text, entries } = here;
  const line = lineAround(text, key.start);
  if (text.slice(line.start, line.end).trim().endsWith(':')) return null;
  const [section, ...rest] = to.split('.');
  const target = entries.find((entry) => entry.path[0] === section);
  if (rest.length !== 1 || target?.key == null || pathText(path) === to) return null;
  const first = target.children[0]?.key;
  if (first == null || text.slice(lineAround(text, first.start).start, first.start).trim() !== '') {
    return null;
  }
  const at = lineAround(text, first.start).start;
  const indent = text.slice(at, first.start);
  const moved = `${indent}${rest[0]!}${text.slice(key.end, line.end).trimEnd()}\n`;
  const edits = [
    { start: at, end: at, text: moved },
    { ...line, text: '' },
  ];
  return { title: `Move to ${to}`, edits, preferred: true };
}

function removal({ text }: Here, key: { start: number; end: number }): Fix {
  return { title: 'Remove the key', edits: [{ ...blockAround(text, key.start), text: '' }] };
}

function valueFixes({ path, value, node }: Entry, here: Here): Fix[] {
  if (value === null) return [];
  const schemas = fileSchemasAt(withoutEnvironment(path));
  const raw = here.text.slice(value.start, value.end);
  const given = (node as { value?: unknown } | null)?.value;
  const choices = schemas.flatMap(({ enum: names }) => names ?? []).map(String);
  const types = schemas.map(({ type }) => type);
  const near = typeof given === 'string' ? nearNames(given, choices).slice(0, MOST_NAMES) : [];
  const fixes: Fix[] = near.map((name, index) => ({
    ...replace(`Change to ${name}`, value, { text: name, preferred: index === 0 }),
    sure: near.length === 1,
  }));
  const rewrite = (title: string, text: string): void =>
    void fixes.push({ ...replace(title, value, { text, preferred: true }), sure: true });
  if (types.includes('boolean') && /^['"]?(y|yes|on|true)['"]?$/i.test(raw)) {
    rewrite('Change to true', 'true');
  }
  if (types.includes('boolean') && /^['"]?(n|no|off|false)['"]?$/i.test(raw)) {
    rewrite('Change to false', 'false');
  }
  const isNumber = types.includes('number') || types.includes('integer');
  if (isNumber && typeof given === 'string' && /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(given)) {
    rewrite('Remove the quotes', given);
  }
  if (isNumber && typeof given === 'number')
    for (const one of rangeFixes(given, here, path)) fixes.push(one);
  if (types.includes('array') && node !== null && here.text[value.start] !== '[') {
    rewrite('Make it a list', `[${raw}]`);
  }
  return fixes;
}

function rangeFixes(given: number, here: Here, path: string[]): Fix[] {
  const place = { start: here.start, end: here.end };
  return fileSchemasAt(withoutEnvironment(path)).flatMap(({ minimum, maximum, type }) => {
    if (minimum !== undefined && given < minimum) {
      return [replace(`Change to ${minimum}`, place, { text: String(minimum), preferred: true })];
    }
    if (maximum !== undefined && given > maximum) {
      return [replace(`Change to ${maximum}`, place, { text: String(maximum), preferred: true })];
    }
    const whole = String(Math.round(given));
    if (type === 'integer' && !Number.isInteger(given)) {
      return [replace(`Change to ${whole}`, place, { text: whole, preferred: true })];
    }
    return [];
  });
}

function replace(
  title: string,
  { start, end }: { start: number; end: number },
  { text, preferred }: { text: string; preferred: boolean },
): Fix {
  return { title, edits: [{ start, end, text }], preferred };
}

function lineAround(text: string, offset: number): { start: number; end: number } {
  const start = lineStartAt(text, offset);
  const end = text.indexOf('\n', offset);
  return { start, end: end < 0 ? text.length : end + 1 };
}

/** A key's line and the deeper ones that follow it. */
function blockAround(text: string, offset: number): { start: number; end: number } {
  const { start, end: first } = lineAround(text, offset);
  const depth = offset - start;
  let end = first;
  while (end < text.length) {
    const line = lineAround(text, end);
    const content = text.slice(line.start, line.end);
    const indent = content.length - content.trimStart().length;
    if (content.trim() !== '' && indent <= depth) break;
    end = line.end;
  }
  return { start, end };
}
