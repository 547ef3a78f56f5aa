import { DeepCoderError } from '@deepcoder/config';
import { Template } from '@huggingface/jinja';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { defaultTemplate } from './defaultTemplate.ts';
import { probeTraits, type TemplateTraits } from './templateTraits.ts';

/** What chat templates read. */
export interface ChatMessage {
  role: string;
  content: string;
  reasoning_content?: string;
  thinking?: string;
  reasoning?: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: unknown } }[];
  tool_call_id?: string;
  name?: string;
}

export interface ChatTemplate {
  /** Throws where the template refuses the messages. */
  render: RenderChat;
  traits: TemplateTraits;
}

export type RenderChat = (messages: ChatMessage[], addGenerationPrompt?: boolean) => string;

/** The day that templates are told; a training text must not depend on when it is made. */
const DATE = { year: '2024', month: '07', monthName: 'Jul', monthFull: 'July', day: '26' };

/** What a template throws about the messages it is given, apart from bugs of ours. */
export class TemplateRefusal extends Error {
  override readonly name = 'TemplateRefusal';
}

/** Compiles the tokenizer's chat template and finds out what it can show. Null where it has none
 * and there is no default for it. */
export function openChatTemplate(tokenizer: Tokenizer): ChatTemplate | null {
  const { special, files } = tokenizer;
  const chatTemplate = tokenizer.chatTemplate ?? defaultTemplate(tokenizer);
  if (chatTemplate === null) return null;
  const unusable = (cause: unknown): DeepCoderError =>
    new DeepCoderError(
      'template-unusable',
      `the chat template of ${files.place} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        'put it right, or set data.render to react or raw',
      { exitCode: 3, cause },
    );
  try {
    // The interpreter's own strftime_now cannot be overruled, so the template's calls are renamed.
    const template = new Template(chatTemplate.replaceAll('strftime_now', 'fixed_date'));
    const render: RenderChat = (messages, addGenerationPrompt = false) => {
      const variables = {
        messages,
        add_generation_prompt: addGenerationPrompt,
        bos_token: special.bosToken ?? '',
        eos_token: special.eosToken ?? '',
        pad_token: special.padToken ?? '',
        unk_token: special.unkToken ?? '',
        date_string: `${DATE.day} ${DATE.monthName} ${DATE.year}`,
        fixed_date: formatDate,
      };
      try {
        return template.render(variables);
      } catch (cause) {
        throw new TemplateRefusal(cause instanceof Error ? cause.message : String(cause), {
          cause,
        });
      }
    };
    return { render, traits: probeTraits(render, tokenizer) };
  } catch (cause) {
    throw unusable(cause);
  }
}

function formatDate(format: unknown): string {
  const parts: Record<string, string> = {
    Y: DATE.year,
    m: DATE.month,
    d: DATE.day,
    b: DATE.monthName,
    B: DATE.monthFull,
  };
  return String(format).replace(/%([a-zA-Z])/g, (_, letter: string) => parts[letter] ?? '');
}
