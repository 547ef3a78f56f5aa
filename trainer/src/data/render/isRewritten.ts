import type { ChatMessage, RenderChat } from './chatTemplate.ts';
import type { TemplateTraits } from './templateTraits.ts';
import { withoutTags } from './thinkTags.ts';
import { learntEnd } from './turnStops.ts';

/**
 * Whether a template shows what comes before a turn of the agent, or the turn itself, otherwise once the
 * conversation goes on.
 */
export function isRewritten(
  messages: ChatMessage[],
  render: RenderChat,
  { stops, thinkTags }: Pick<TemplateTraits, 'stops' | 'thinkTags'>,
): boolean {
  const whole = render(messages);
  return messages.some(({ role }, index) => {
    if (role !== 'assistant') return false;
    if (index > 0) {
      const prompt = withoutTags(render(messages.slice(0, index), { prompt: true }), thinkTags);
      if (!whole.startsWith(prompt)) return true;
    }
    const part = render(messages.slice(0, index + 1));
    return !whole.startsWith(part.slice(0, learntEnd(part, stops)));
  });
}
