import { pictureAddress, type PictureSpan } from '@deepcoder/trajectory';
import { URI, Utils } from 'vscode-uri';

/** What is said of a picture in a word: its type, and how large or where it is. */
export function pictureLabel({ picture: { source, mediaType } }: PictureSpan): string {
  const type = mediaType?.replace('image/', '').toUpperCase() ?? 'picture';
  if ('url' in source) return `${type} at an address`;
  if ('path' in source) return `${type} ${source.path}`;
  if (!source.range) return `${type}, not in the file`;
  const bytes = ((source.range.end - source.range.start) * 3) / 4;
  return `${type} ${Math.ceil(bytes / 1000).toLocaleString('en')} kB`;
}

/** The editor cuts texts of hovers at 100,000 characters. */
const MOST_SHOWN = 90_000;

/**
 * A picture in Markdown, for a hover. One at an address is never fetched, one that is too large for a hover is for
 * the inspector.
 */
export function pictureMarkdown(uri: string, text: string, span: PictureSpan): string {
  const { source, alt } = span.picture;
  const named = (alt ?? pictureLabel(span)).replace(/[[\]\\|]/g, ' ');
  if ('url' in source)
    return `The picture is at \`${source.url.replaceAll('`', '')}\`; it is not fetched.`;
  if ('path' in source) {
    const file = Utils.resolvePath(Utils.dirname(URI.parse(uri)), source.path).toString();
    return `![${named}](${file}|width=480)`;
  }
  if (!source.range) return 'The file does not hold the picture.';
  if (source.range.end - source.range.start > MOST_SHOWN)
    return 'The picture is too large for a hover; the inspector shows it.';
  return `![${named}](${pictureAddress(text, span.picture)}|width=480)`;
}
