import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** For tokenizers without a template that know the two tokens of ChatML; null for others. */
export function defaultTemplate({ idOf }: Pick<Tokenizer, 'idOf'>): string | null {
  return idOf('<|im_start|>') !== null && idOf('<|im_end|>') !== null ? CHATML : null;
}
