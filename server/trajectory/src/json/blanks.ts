import { isBlankCode } from '../text/trim.ts';

export function afterBlank(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlankCode(text.charCodeAt(at))) at += 1;
  return at;
}

export function firstCode(text: string): number {
  const at = afterBlank(text, 0, text.length);
  return at < text.length ? text.charCodeAt(at) : -1;
}

export function hasMore(text: string, from: number): boolean {
  return !isBlank(text, from, text.length);
}

export function isBlank(text: string, start: number, end: number): boolean {
  return afterBlank(text, start, end) >= end;
}
