import type { Random } from './random.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

export interface JsonStyle {
  indent?: number;
  /** As Python's `json.dumps` does: a blank after commas and colons, escapes for all but ASCII. */
  python?: boolean;
  /** `<`, `>`, `&` and `/` escaped, as servers do that write JSON into HTML. */
  html?: boolean;
  shuffle?: Random;
}

export function writeJson(value: Json, style: JsonStyle = {}, depth = 0): string {
  if (typeof value === 'string') return writeString(value, style);
  if (value === null || typeof value !== 'object') return String(value);
  const items = Array.isArray(value)
    ? value.map((item) => writeJson(item, style, depth + 1))
    : entries(value, style).map(
        ([key, item]) => writeString(key, style) + colon(style) + writeJson(item, style, depth + 1),
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (items.length === 0) return `${open!}${close!}`;
  if (!style.indent) return open! + items.join(style.python ? ', ' : ',') + close!;
  const [inner, outer] = [depth + 1, depth].map((n) => `\n${' '.repeat(style.indent! * n)}`);
  return open! + inner! + items.join(`,${inner!}`) + outer! + close!;
}

function entries(value: JsonObject, { shuffle }: JsonStyle): [string, Json][] {
  return shuffle ? shuffle.shuffled(Object.entries(value)) : Object.entries(value);
}

function colon({ indent, python }: JsonStyle): string {
  return indent || python ? ': ' : ':';
}

function writeString(text: string, { python, html }: JsonStyle): string {
  let written = JSON.stringify(text);
  if (python) written = written.replace(/[\u007f-\uffff]/g, escapeUnit);
  if (html) written = written.replace(/[<>&]/g, escapeUnit).replaceAll('/', '\\/');
  return written;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A member that the generator itself made a string. */
export function stringOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
