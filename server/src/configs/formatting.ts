import { parse, parseDocument, type Document } from 'yaml';
import { isDeepStrictEqual } from 'node:util';

/** The text in one layout (two spaces, comments kept); null where it has errors or nothing would change. */
export function formatYaml(text: string): string | null {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0 || text.trim() === '') return null;
  const formatted = written(document);
  return formatted !== null && formatted !== text && isSame(formatted, text) ? formatted : null;
}

/** Null where an alias has no anchor: that shows only when it is written. */
function written(document: Document.Parsed): string | null {
  try {
    return document.toString({ lineWidth: 0, indentSeq: true, flowCollectionPadding: false });
  } catch {
    return null;
  }
}

/** A layout must never change what a config says; what cannot be compared (too many aliases) is left alone. */
function isSame(formatted: string, text: string): boolean {
  try {
    return isDeepStrictEqual(parse(formatted), parse(text));
  } catch {
    return false;
  }
}
