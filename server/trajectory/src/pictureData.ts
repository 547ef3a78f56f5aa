import { decode } from './spanText.ts';
import type { Picture } from './types.ts';

/** The base64 of a picture that the file holds; null where it is elsewhere. */
export function pictureBase64(text: string, { source }: Picture): string | null {
  if (!('range' in source) || !source.range) return null;
  return decode(text.slice(source.range.start, source.range.end), source.escapes);
}

/** Where a picture is, as an address: a data URL, or the path or URL that the file names. */
export function pictureAddress(text: string, picture: Picture): string {
  const data = pictureBase64(text, picture);
  if (data !== null) return `data:${picture.mediaType ?? 'image/png'};base64,${data}`;
  const { source } = picture;
  if ('path' in source) return source.path;
  return 'url' in source
    ? source.url
    : `attachment://${'attachment' in source ? source.attachment : ''}`;
}
