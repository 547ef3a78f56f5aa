import type { Builder } from '../../assemble/builder.ts';
import { PlaceHolders, type FoundPicture } from '../../assemble/placeHolders.ts';
import {
  get,
  getAnyOf,
  namesOf,
  inside,
  is,
  isArray,
  isObject,
  isString,
  rawText,
  str,
} from '../../json/jsonNode.ts';
import type { JsonNode } from '../../json/jsonTree.ts';
import type { Picture, PictureSource } from '../../types.ts';

/** The types of pictures that a model can be shown. */
const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp'];
/** The largest file that an API takes has 20 MB; base64 writes three bytes as four characters. */
const MOST_BYTES = 20_000_000;
const MOST_CHARACTERS = Math.ceil(MOST_BYTES / 3) * 4;

const BY_EXTENSION = new Map([
  ...(['png', 'gif', 'webp', 'bmp'] as const).map((name) => [name, `image/${name}`] as const),
  ...(['jpg', 'jpeg'] as const).map((name) => [name, 'image/jpeg'] as const),
]);

/** How files of each type begin, in base64. */
const BY_BEGINNING = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

/** Members that hold what is shown, in makers' words. */
const HELD = namesOf(
  ...['image_url', 'source', 'image', 'inlineData', 'inline_data', 'fileData', 'file_data'],
  ...['blob', 'file'],
);
const SOURCES = namesOf(
  ...['url', 'image_url', 'data', 'image', 'base64', 'bytes', 'fileUri', 'file_uri', 'uri'],
  ...['path', 'file_path', 'b64_json', 'content', 'file_id', 'file_data'],
);
const MEDIA_TYPES = namesOf('media_type', 'mediaType', 'mimeType', 'mime_type', 'format');
const ALTS = namesOf('alt', 'alt_text', 'altText', 'caption');
const PICTURE_TYPE = /^(?:image|input_image|output_image|computer_screenshot|screenshot)/;
/** A file of any kind, of which the media type tells more. */
const FILE_TYPE = /^(?:file|blob|media|uri|resource|input_file)/;

/**
 * The picture that a part of a message is, in whichever maker's words: OpenAI's `image_url`, `input_image`,
 * Anthropic's `source`, Gemini's `inlineData`, MCP's `data`, a dataset's `image`. Null for other parts.
 */
export function pictureOfPart(build: Builder, part: JsonNode): FoundPicture | null {
  const found = pictureIn(part) ?? omittedScreen(build, part);
  return found ?? (isPlaceHolder(part) ? (build.placeHolders?.take() ?? null) : null);
}

/** WebVoyager writes the name of a variable for the data of a screen, which lies beside by the number of its turn. */
function omittedScreen(build: Builder, part: JsonNode): FoundPicture | null {
  const url = get(get(part, 'image_url'), 'url');
  if (!isString(url) || !rawText(url).endsWith('base64,{b64_img}"')) return null;
  const path = `screenshot${build.currentStep + 1}.png`;
  const picture = { source: { path }, mediaType: 'image/png', alt: null };
  return { start: url.rawStart + 1, end: url.rawEnd - 1, picture, problem: null };
}

/** Puts the picture that a part is into the open message. Returns whether it is one. */
export function putPicture(
  build: Builder,
  kind: Parameters<Builder['picture']>[0],
  part: JsonNode,
): boolean {
  const found = pictureOfPart(build, part);
  if (found) build.picture(kind, found);
  return found !== null;
}

/** Whether the part shows a picture, without taking one for a placeholder. */
export function isPicturePart(part: JsonNode): boolean {
  return pictureIn(part) !== null || isPlaceHolder(part);
}

function isPlaceHolder(part: JsonNode): boolean {
  return isObject(part) && is(get(part, 'type'), 'image');
}

export function pictureIn(part: JsonNode | null): FoundPicture | null {
  if (!isObject(part)) return null;
  const type = str(get(part, 'type'));
  if (type !== null && !PICTURE_TYPE.test(type) && !FILE_TYPE.test(type)) return null;
  const held = getAnyOf(part, HELD);
  if (type === null && !isObject(held)) return null;
  const inner = isObject(held) ? held : part;
  const source = isObject(held) ? sourceIn(held) : isString(held) ? held : sourceIn(part);
  if (!source) return null;
  const mediaType = typeIn(inner) ?? typeIn(part);
  const isKnown = type !== null && PICTURE_TYPE.test(type);
  if (!isKnown && !isImage(mediaType) && !beginsAsImage(source) && !get(part, 'image')) return null;
  return pictureAt(source, {
    mediaType,
    alt: str(getAnyOf(part, ALTS)),
    isData: isData(inner, source),
  });
}

/** Members that hold base64, whatever it looks like. */
const DATA = ['data', 'base64', 'b64_json', 'bytes'];

function isData(held: JsonNode, source: JsonNode): boolean {
  return DATA.some((name) => get(held, name) === source);
}

function sourceIn(node: JsonNode): JsonNode | null {
  const found = getAnyOf(node, SOURCES);
  // Bedrock has `{format, source: {bytes}}`.
  return isString(found)
    ? found
    : isObject(get(node, 'source'))
      ? sourceIn(get(node, 'source')!)
      : null;
}

function typeIn(node: JsonNode): string | null {
  const written = str(getAnyOf(node, MEDIA_TYPES));
  if (written === null || written.includes('/')) return written;
  return BY_EXTENSION.get(written.toLowerCase() as never) ?? null;
}

function isImage(mediaType: string | null): boolean {
  return mediaType?.startsWith('image/') ?? false;
}

function beginsAsImage(node: JsonNode): boolean {
  return beginningOf(node).startsWith('data:image/');
}

/** Longer than any media type, path or name that counts; data is not decoded here. */
const LONGEST_NAME = 4096;

/** The beginning of a string, decoded as far as slashes are. */
function beginningOf(node: JsonNode): string {
  const { source, start, end } = inside(node);
  return source.text.slice(start, Math.min(end, start + 120)).replaceAll('\\/', '/');
}

/** A string that names or is a picture: a data URL, base64, `attachment://`, an address, or a path. */
export function pictureAt(
  node: JsonNode,
  { mediaType = null, alt = null, isData = false }: Told = {},
): FoundPicture | null {
  const place = inside(node);
  if (place.end <= place.start) return null;
  const range = { start: place.source.toRaw(place.start), end: place.source.toRaw(place.end) };
  const beginning = beginningOf(node);
  const read = dataAt(node, beginning, isData) ?? namedAt(node, beginning, mediaType);
  if (!read) return null;
  const picture: Picture = {
    source: read.source,
    mediaType: (isImage(mediaType) ? mediaType : null) ?? read.mediaType,
    alt: alt === '' ? null : alt,
  };
  const isBroken = 'range' in read.source && !/^[A-Za-z0-9+/=_-]*$/.test(read.beginning ?? '');
  return { ...range, picture, problem: isBroken ? NO_BASE64 : problemOf(picture) };
}

const NO_BASE64 = { code: 'picture-broken', message: 'the data of this picture is no base64' };

/** What stands beside a picture's data or name. */
interface Told {
  mediaType?: string | null;
  alt?: string | null;
  /** It is base64, whatever it looks like. */
  isData?: boolean;
}

interface Read extends Pick<Picture, 'source' | 'mediaType'> {
  /** Of data: the first characters. */
  beginning?: string;
}

function dataAt(node: JsonNode, beginning: string, isData: boolean): Read | null {
  const url = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.+-]+)*;base64,/i.exec(beginning);
  const behind = beginning.slice(url?.[0].length ?? 0);
  // WebVoyager writes the name of a variable where the data was.
  if (behind.startsWith('{')) return null;
  const byData = BY_BEGINNING.find(([start]) => behind.startsWith(start))?.[1] ?? null;
  const isNamed = /^[a-z]+:/.test(behind);
  if (!url && (isNamed || (!isData && (byData === null || node.end - node.start < 60))))
    return null;
  const { source, start, end, escaped } = inside(node);
  const comma = url ? source.text.indexOf(',', start) + 1 : start;
  return {
    source: {
      range: { start: source.toRaw(comma), end: source.toRaw(end) },
      escapes: source.depth + (escaped ? 1 : 0),
    },
    mediaType: url?.[1]?.toLowerCase() ?? byData,
    beginning: behind,
  };
}

function namedAt(node: JsonNode, beginning: string, mediaType: string | null): Read | null {
  if (node.end - node.start > LONGEST_NAME) return null;
  const name = str(node)!;
  if (name.startsWith('data:')) return null;
  const type = BY_EXTENSION.get((/\.(\w+)$/.exec(name)?.[1] ?? '').toLowerCase() as never) ?? null;
  const attachment = /^attachment:\/\/(.+)$/.exec(name)?.[1];
  if (attachment !== undefined)
    return { source: { attachment, range: null, escapes: 0 }, mediaType: null };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(beginning) && !beginning.startsWith('file://'))
    return { source: { url: name }, mediaType: type };
  const path = name.replace(/^file:\/\//, '');
  return { source: { path }, mediaType: type ?? unknownType(path, mediaType) };
}

/** A path's extension that is none of those that can be shown, as a type of its own. */
function unknownType(path: string, mediaType: string | null): string | null {
  const extension = /\.([a-z]{2,5})$/i.exec(path)?.[1];
  return mediaType === null && extension ? `image/${extension.toLowerCase()}` : null;
}

function problemOf({ source, mediaType }: Picture): FoundPicture['problem'] {
  if (mediaType !== null && !TYPES.includes(mediaType)) {
    const message = `a picture of type ${mediaType}; PNG, JPEG, WebP, GIF and BMP can be read`;
    return { code: 'picture-type', message };
  }
  return tooLarge(source);
}

function tooLarge(source: PictureSource): FoundPicture['problem'] {
  const range = 'range' in source ? source.range : null;
  if (!range || range.end - range.start <= MOST_CHARACTERS) return null;
  const megabytes = Math.round(((range.end - range.start) * 3) / 4e6);
  const message = `a picture of ${megabytes} MB; the most that is read is ${MOST_BYTES / 1e6} MB`;
  return { code: 'picture-too-large', message };
}

/** Whether a record keeps pictures apart from its messages, so that these cannot be read one by one. */
export function hasPictureList(record: JsonNode | null): boolean {
  const list = isObject(record) ? getAnyOf(record, LISTS) : null;
  return isArray(list) ? list.first !== null : isString(list);
}

const LISTS = namesOf('images', 'image');

/** Has the placeholders in the record's texts become the pictures of its list. */
export function recordPictures(build: Builder, record: JsonNode): void {
  const list = isObject(record) ? getAnyOf(record, LISTS) : null;
  if (!list) return;
  const listed = isArray(list) ? list.items : [list];
  const found = listed.flatMap((item) => listedPicture(item) ?? []);
  if (found.length === 0 || found.length < listed.length) return;
  const raw = rawText(record);
  const leads = !/(?:<|\\u003c)image|:\s*\\*"image\\*"/i.test(raw);
  const range = { start: list.rawStart, end: list.rawEnd };
  build.placeHolders = new PlaceHolders(found, range, leads);
}

/** A path or data, or `{bytes, path}` as datasets store it. */
function listedPicture(item: JsonNode): FoundPicture | null {
  if (isString(item)) return pictureAt(item);
  if (!isObject(item)) return null;
  const source = sourceIn(item);
  return source ? pictureAt(source, { mediaType: typeIn(item) }) : null;
}

/** What a member says that is a picture's path, address or data; null where it is no string. */
export function pathPicture(node: JsonNode | null): FoundPicture | null {
  return isString(node) ? pictureAt(node) : null;
}
