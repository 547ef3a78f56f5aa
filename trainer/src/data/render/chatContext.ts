import type { DataSettings } from '../types.ts';
import type { ChatTemplate } from './chatTemplate.ts';
import type { RenderChat } from './chatMessage.ts';
import type { Policy } from './policy.ts';
import type { TemplateTraits } from './templateTraits.ts';

export interface ChatContext {
  template: ChatTemplate;
  policy: Policy;
  /** Pictures that the student is shown; none of one that does not see. */
  shown: ReadonlySet<number>;
  samples: DataSettings['samples'];
  reasoningHistory: DataSettings['reasoningHistory'];
  /** All special tokens, to see where turns end. */
  specialTokens: readonly string[];
}

/** The same for one record, with its tools. */
export interface RecordContext extends Omit<ChatContext, 'template'> {
  render: RenderChat;
  traits: TemplateTraits;
}
