/** How a family writes what a model thinks before it answers. */
export interface ThinkTags {
  open: string;
  close: string;
  /** Whether the thought stands on lines of its own. */
  lines: boolean;
}

const THINK: ThinkTags = { open: '<think>', close: '</think>', lines: true };

const FAMILIES: readonly ThinkTags[] = [
  THINK,
  { open: '[THINK]', close: '[/THINK]', lines: false },
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>', lines: false },
  { open: '<seed:think>', close: '</seed:think>', lines: false },
  { open: '<|inner_prefix|>', close: '<|inner_suffix|>', lines: false },
];

/** The tags that a template's source names; `<think>` where it names none. */
export function thinkTagsIn(source: string): ThinkTags {
  return (
    FAMILIES.find(({ open, close }) => source.includes(open) || source.includes(close)) ?? THINK
  );
}

/** Whether thoughts stand on lines of their own, as a prompt that opens one tells; null: it opens none. */
export function linesIn(prompt: string, tags: ThinkTags): boolean | null {
  return endsOpen(prompt, tags) ? prompt.slice(prompt.trimEnd().length).includes('\n') : null;
}

/** A prompt without the tag that it opens or closes. */
export function withoutTags(prompt: string, { open, close }: ThinkTags): string {
  let text = prompt.trimEnd();
  if (text.endsWith(close)) text = text.slice(0, -close.length).trimEnd();
  if (text.endsWith(open)) text = text.slice(0, -open.length).trimEnd();
  return text;
}

/** A thought as it goes before an answer in one content. */
export function tagged({ open, close, lines }: ThinkTags, thought: string): string {
  return lines ? `${open}\n${thought}\n${close}\n` : `${open}${thought}${close}`;
}

/** Whether a prompt leaves the opening tag open, so that the agent goes on with its thought. */
export function endsOpen(prompt: string, { open }: ThinkTags): boolean {
  return prompt.trimEnd().endsWith(open);
}

/**
 * What the agent writes before and after its thought, where the prompt ends like this. A prompt that opens
 * the tag without a line break wants none.
 */
export function aroundThought(prompt: string, tags: ThinkTags): { before: string; after: string } {
  const isOpen = endsOpen(prompt, tags);
  const lines = linesIn(prompt, tags) ?? tags.lines;
  const before = isOpen ? '' : lines ? `${tags.open}\n` : tags.open;
  return { before, after: lines ? `\n${tags.close}\n\n` : tags.close };
}

/** The length of an empty thought, or of a lone closing tag, that a turn's text begins with. */
export function emptyThought(text: string, { open, close }: ThinkTags): number {
  let at = skipSpace(text, 0);
  if (text.startsWith(open, at)) at = skipSpace(text, at + open.length);
  return text.startsWith(close, at) ? skipSpace(text, at + close.length) : 0;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}
