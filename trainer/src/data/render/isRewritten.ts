import type { ChatMessage, RenderChat } from './chatMessage.ts';
import { type ThinkTags, withoutTags } from './thinkTags.ts';
import { type Stops, learntEnd } from './turnStops.ts';

/**
 * Whether a template shows what comes before a turn of the agent, or the turn itself, otherwise once the
 * conversation goes on.
 */
export function isRewritten(
  messages: ChatMessage[],
  render: RenderChat,
  { stops, thinkTags }: { stops: Stops; thinkTags: ThinkTags },
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
