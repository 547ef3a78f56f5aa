import type { JsonNode } from '../../json/jsonTree.ts';

const SAMPLED = 64;

/** Tells the texts of two values apart without reading them whole; for copies of what a program wrote. */
export function textMark(node: JsonNode | null): string {
  if (!node) return '';
  const { text } = node.source;
  const length = node.end - node.start;
  const stride = Math.max(1, Math.floor(length / SAMPLED));
  let hash = 0x811c9dc5;
  for (let at = node.start; at < node.end; at += stride) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return `${length}.${(hash >>> 0).toString(36)}`;
}
