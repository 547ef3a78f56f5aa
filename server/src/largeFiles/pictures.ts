import { stat } from 'node:fs/promises';
import type { Parsed, Picture } from '@deepcoder/trajectory';
import path from 'node:path';
import type { indexRecordRequest } from '@deepcoder/server-protocol';
import { URI } from 'vscode-uri';
import type { z } from 'zod';

type View = NonNullable<z.output<typeof indexRecordRequest.result>>;

type Pictures = Pick<View, 'images' | 'embedded' | 'unseen'>;

/**
 * The pictures of a record, each under the text that it stands behind in its message: those that its format tells,
 * files that texts name, and, where the format tells of no data, what looks like a picture's.
 */
export async function picturesOf(
  { text, parsed, decoded }: { text: string; parsed: Parsed; decoded: readonly string[] },
  folder: string,
): Promise<Pictures> {
  const spans = spansOfPictures(parsed);
  const found: Pictures = { images: [], embedded: [], unseen: [] };
  for (const [i, { picture }] of parsed.pictures.slice(0, MOST_PICTURES).entries()) {
    await addPicture(found, { picture, span: spans[i]! }, folder);
  }
  const known = new Set(found.images.map(({ path }) => path));
  const named = await picturesIn(decoded, folder);
  found.images = [...found.images, ...named.filter(({ path }) => !known.has(path))];
  if (found.embedded.length === 0) found.embedded = embeddedPictures(text, parsed.spans);
  return found;
}

async function addPicture(
  { images, embedded, unseen }: Pictures,
  { picture, span }: { picture: Picture; span: number },
  folder: string,
): Promise<void> {
  const { source, mediaType, alt } = picture;
  if ('path' in source) {
    const uri = await pictureAt(path.resolve(folder, source.path));
    if (uri) images.push({ span, path: source.path, uri, alt });
    else unseen.push({ span, address: source.path, isRemote: false });
  } else if ('url' in source) unseen.push({ span, address: source.url, isRemote: true });
  else if (source.range) {
    const { start, end } = source.range;
    embedded.push({ span, from: start, length: end - start, type: mediaType ?? 'image/png', alt });
  } else if ('attachment' in source)
    unseen.push({ span, address: source.attachment, isRemote: false });
}

/** Of each picture: the text before it in its message, else the one behind it, else the last one before its place. */
function spansOfPictures({ pictures, spans, trajectories }: Parsed): number[] {
  const found = pictures.map(({ start }) =>
    Math.max(
      0,
      spans.findLastIndex((span) => span.start <= start),
    ),
  );
  for (const { messages } of trajectories) {
    for (const { pieces, pictures: placed = [] } of messages) {
      for (const { picture, before } of placed) {
        const piece = pieces[before - 1] ?? pieces[before];
        if (piece) found[picture] = piece.span;
      }
    }
  }
  return found;
}

const MOST_PICTURES = 100;
const NAME =
  /(?<![\w.@~+\-/\\])(?:[A-Za-z]:(?=[\\/]))?[\w.@~+\-/\\]+\.(?:png|jpe?g|gif|webp|bmp|svg)\b/gi;

/** Names of pictures that are there, beside the file. */
export async function picturesIn(
  texts: readonly string[],
  folder: string,
): Promise<View['images']> {
  const images: View['images'] = [];
  const uris = new Map<string, string | null>();
  for (const [span, text] of texts.entries()) {
    for (const [name] of text.matchAll(NAME)) {
      if (uris.size >= MOST_PICTURES) return images;
      if (!uris.has(name)) uris.set(name, await pictureAt(path.resolve(folder, name)));
      const uri = uris.get(name);
      if (uri) images.push({ span, path: name, uri, alt: null });
    }
  }
  return images;
}

async function pictureAt(file: string): Promise<string | null> {
  try {
    return (await stat(file)).isFile() ? URI.file(file).toString() : null;
  } catch {
    return null;
  }
}

/** How the first bytes of each kind of picture look in base64; whatever fields a format has for it. */
const TYPES = {
  iVBORw0KGgo: 'image/png',
  '/9j/': 'image/jpeg',
  R0lGOD: 'image/gif',
  UklGR: 'image/webp',
} as const;

/** A string that is a picture, alone or as a data URL; in a string within a string quotes and slashes are escaped. */
const EMBEDDED =
  /"(?:data:image\\?\/[\w.+-]+;base64,)?((iVBORw0KGgo|\\?\/9j\\?\/|R0lGOD|UklGR)[A-Za-z0-9+/\\]{40,}={0,2})\\?"/g;

/** Where pictures stand in a record's raw text, each under the span that it is in or that stands before it. */
export function embeddedPictures(
  text: string,
  spans: readonly { start: number; end: number }[],
): View['embedded'] {
  const found: View['embedded'] = [];
  const seen = new Set<string>();
  for (const match of text.matchAll(EMBEDDED)) {
    if (found.length >= MOST_PICTURES) break;
    const data = match[1]!;
    // Some formats write a result twice.
    if (seen.has(data)) continue;
    seen.add(data);
    const from = match.index + match[0].indexOf(data);
    const shownAt = attachedAt(text, match.index) ?? from;
    const span = Math.max(
      0,
      spans.findLastIndex(({ start }) => start <= shownAt),
    );
    const type = TYPES[match[2]!.replaceAll('\\', '') as keyof typeof TYPES];
    if (spans.length > 0) found.push({ span, from, length: data.length, type, alt: null });
  }
  return found;
}

/** Where something is shown that stands apart under a name, as in Inspect's logs: `attachment://name`. */
function attachedAt(text: string, start: number): number | null {
  const name = /"([\w-]{8,80})"\s*:\s*$/.exec(text.slice(Math.max(0, start - 100), start))?.[1];
  const at = name === undefined ? -1 : text.indexOf(`"attachment://${name}"`);
  return at < 0 ? null : at;
}
