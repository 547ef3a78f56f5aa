import { own } from '@deepcoder/vocabulary';
import { DeepCoderError } from '@deepcoder/config';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { JinjaLimitError, jinjaTemplate } from './jinja.ts';
import { defaultTemplate } from './defaultTemplate.ts';
import { probeTraits, type TemplateTraits } from './templateTraits.ts';
import type { RenderChat } from './chatMessage.ts';
import { forPictures } from './pictureMarks.ts';

export interface ChatTemplate {
  /** Throws where the template refuses the messages. */
  render: RenderChat;
  traits: TemplateTraits;
  /** The template that is named `tool_use`, for records with tool definitions; null: this one. */
  forTools: ChatTemplate | null;
}

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
  const source = tokenizer.chatTemplate ?? defaultTemplate(tokenizer);
  if (source === null) return null;
  try {
    const named = files.chatTemplate === null ? special.toolTemplate : null;
    const forTools = named === null || named === source ? null : opened(named, tokenizer);
    return { ...opened(source, tokenizer), forTools };
  } catch (cause) {
    throw cause instanceof DeepCoderError ? cause : unusable(files.place, cause);
  }
}

function unusable(place: string, cause: unknown): DeepCoderError {
  return new DeepCoderError(
    'template-unusable',
    `the chat template of ${place} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}; ` +
      'put it right, or set data.render to react or raw',
    { exitCode: 3, cause },
  );
}

function opened(source: string, tokenizer: Tokenizer): ChatTemplate {
  const render = forPictures(compiled(source, tokenizer));
  return { render, traits: probeTraits(render, { source, tokenizer }), forTools: null };
}

function compiled(source: string, { special, files }: Tokenizer): RenderChat {
  const template = jinjaTemplate(source);
  return (messages, { prompt = false, tools = [], thinks = false } = {}) => {
    const variables = {
      messages,
      add_generation_prompt: prompt,
      // As transformers gives them: null where there are none.
      tools: tools.length === 0 ? null : tools,
      documents: null,
      bos_token: special.bosToken ?? '',
      eos_token: special.eosToken ?? '',
      pad_token: special.padToken ?? '',
      unk_token: special.unkToken ?? '',
      date_string: `${DATE.day} ${DATE.monthName} ${DATE.year}`,
      strftime_now: formatDate,
      ...(thinks ? { enable_thinking: true, thinking: true } : {}),
    };
    try {
      return template(variables);
    } catch (cause) {
      if (cause instanceof JinjaLimitError) throw unusable(files.place, cause);
      throw new TemplateRefusal(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  };
}

function formatDate(format: unknown): string {
  const parts: Record<string, string> = {
    Y: DATE.year,
    m: DATE.month,
    d: DATE.day,
    b: DATE.monthName,
    B: DATE.monthFull,
  };
  return String(format).replace(/%([a-zA-Z])/g, (_, letter: string) => own(parts, letter) ?? '');
}
