import type { Format } from './format.ts';
import { openaiChat } from './openaiChat.ts';
import { reactText } from './reactText.ts';
import { sweAgent } from './sweAgent.ts';
import { templateText } from './templateText.ts';

/** Every format, in the order in which detection asks them: the particular before the general. */
export const FORMATS: readonly Format[] = [sweAgent, openaiChat, reactText, templateText];

export function formatById(id: string): Format | null {
  return FORMATS.find((format) => format.id === id) ?? null;
}
