import { spanText, type Parsed } from '@deepcoder/trajectory';
import type { Generated } from './combine.ts';
import type { Json } from './json.ts';
import type { Wanted } from './wanted.ts';

/** What differs between the spans read and those wanted, as lines; none if they are equal. */
export function spanFaults(file: Generated, parsed: Parsed): string[] {
  const { from = 0, map = (text: string): string => text } = file;
  const firstTraj = from === 0 ? 0 : firstWholeTrajectory(parsed, from);
  const read = new Map<string, number>();
  parsed.spans.forEach((span, i) => {
    if (span.start < from) return;
    const text = spanText(file.text, parsed, i);
    const place = `${span.traj - firstTraj}.${span.step} ${span.kind}`;
    count(read, `${place} ${text}`, 1);
  });
  const faults: string[] = [];
  const dropped = from === 0 ? 0 : 1;
  for (const wanted of file.wanted) {
    if (wanted.traj < dropped) continue;
    const place = `${wanted.traj - dropped}.${wanted.step} ${wanted.kind}`;
    const key = keyOf(wanted, { place, read, map });
    if (key === null) faults.push(`- ${place} ${shown(wanted.text)}`);
    else count(read, key, -1);
  }
  for (const [key, left] of read) if (left > 0) faults.push(`+ ${key.slice(0, 160)}`);
  return faults;
}

function firstWholeTrajectory(parsed: Parsed, from: number): number {
  return parsed.spans.find((span) => span.start >= from)?.traj ?? 0;
}

function keyOf(
  { text }: Wanted,
  { place, read, map }: { place: string; read: Map<string, number>; map: (text: string) => string },
): string | null {
  if (typeof text === 'string') {
    // What an escape writes is not the container's to change.
    const keys = [`${place} ${map(text)}`, `${place} ${text}`];
    return keys.find((key) => (read.get(key) ?? 0) > 0) ?? null;
  }
  const isWhole = 'literal' in text;
  const wanted = canonicalJson(isWhole ? text.literal : text.members);
  for (const [key, left] of read) {
    if (left <= 0 || !key.startsWith(`${place} `)) continue;
    const written = key.slice(place.length + 1);
    const value = jsonValue(isWhole ? written : `{${written}}`);
    if (value !== undefined && canonicalJson(value) === wanted) return key;
  }
  return null;
}

function shown(text: Wanted['text']): string {
  const line = typeof text === 'string' ? text : JSON.stringify(text);
  return line.slice(0, 160);
}

function count(of: Map<string, number>, key: string, by: number): void {
  of.set(key, (of.get(key) ?? 0) + by);
}

export function jsonValue(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The same text for equal values, whatever the order of their keys. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`,
  );
  return `{${members.sort().join(',')}}`;
}
