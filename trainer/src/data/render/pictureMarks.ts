import type { PlacedPicture } from '@deepcoder/trajectory';
import type { ChatMessage, RenderChat } from './chatMessage.ts';

/** Noncharacters, which no text holds: around the number of a picture, and inside a literal placeholder. */
const OPEN = '\ufdd3';
const CLOSE = '\ufdd4';
const LITERAL = '\ufdd5';
const MARK = new RegExp(`${OPEN}(\\d+)${CLOSE}`);

/** What a template writes for a picture. */
const TAG = '<image>';

/** Stands in a text for a picture, by its number in `Parsed.pictures`, until it is known how large that is. */
function pictureMark(picture: number): string {
  return `${OPEN}${picture}${CLOSE}`;
}

/** A text at its marks: texts, and the numbers of the pictures between them. */
export function cutAtPictures(text: string): (string | number)[] {
  return text
    .split(MARK)
    .map((part, i) => (i % 2 === 1 ? Number(part) : part))
    .filter((part) => part !== '');
}

/** Texts with pictures among them; texts that follow each other are paragraphs. */
export function withMarks(
  texts: readonly (string | null)[],
  pictures: readonly PlacedPicture[],
): string {
  let whole = '';
  let afterText = false;
  for (let at = 0; at <= texts.length; at++) {
    for (const { picture, before } of pictures) {
      if (before !== at) continue;
      whole += pictureMark(picture);
      afterText = false;
    }
    const text = texts[at] ?? null;
    if (text === null) continue;
    whole += (afterText ? '\n\n' : '') + text;
    afterText = true;
  }
  return whole;
}

/**
 * A template that reads contents as lists of parts and writes `<image>` for a picture, given texts with marks; other
 * templates as they are. What is literally `<image>` in a text stays apart from what the template writes.
 */
export function forPictures(render: RenderChat): RenderChat {
  if (!readsParts(render)) return render;
  return (messages, options) => {
    const shown: number[] = [];
    const listed = messages.map((message) => inParts(message, shown));
    const text = render(listed, options);
    let next = 0;
    const marked = text.replaceAll(TAG, () => pictureMark(shown[next++] ?? -1));
    return marked.replaceAll(`<${LITERAL}image>`, TAG);
  };
}

function inParts(message: ChatMessage, shown: number[]): ChatMessage {
  const content = cutAtPictures(message.content ?? '').map((part) => {
    if (typeof part === 'string')
      return { type: 'text', text: part.replaceAll(TAG, `<${LITERAL}image>`) };
    shown.push(part);
    return { type: 'image' };
  });
  const list = content.length > 0 ? content : [{ type: 'text', text: '' }];
  return { ...message, content: list as unknown as string };
}

function readsParts(render: RenderChat): boolean {
  const content = [{ type: 'image' }, { type: 'text', text: 'Pu0' }] as unknown as string;
  try {
    const text = render([{ role: 'user', content }]);
    return text.includes(`${TAG}Pu0`) && !text.includes('[object');
  } catch {
    return false;
  }
}
