import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { ChatMessage, RenderChat } from './chatTemplate.ts';

/** What a chat template does, found out by rendering probes. */
export interface TemplateTraits {
  /** The field that explicit reasoning is read from; `inline`: written into the content as a tag. */
  reasoning: 'reasoning_content' | 'thinking' | 'reasoning' | 'inline';
  /** How arguments of `tool_calls` are given; `inline`: calls are written into the content as tags. */
  calls: 'object' | 'string' | 'inline';
  tool: boolean;
  system: boolean;
  /** What the server writes before the agent's turn, longest form first. */
  openings: string[];
  /** The token that ends a turn, where every turn has one. */
  endOfTurn: string | null;
  /** Earlier turns are shown otherwise once later ones exist. */
  rewrites: boolean;
}

const USER: ChatMessage = { role: 'user', content: 'Pu0' };

/** Throws where not even a question and an answer can be rendered. */
export function probeTraits(render: RenderChat, tokenizer: Tokenizer): TemplateTraits {
  const shows = (messages: ChatMessage[], ...contents: string[]): boolean => {
    try {
      const text = render(messages);
      return contents.every((content) => text.includes(content));
    } catch {
      return false;
    }
  };
  const plain = render([USER, { role: 'assistant', content: 'Pa0' }]);
  const reasoning = (['reasoning_content', 'thinking', 'reasoning'] as const).find((field) =>
    shows([USER, { role: 'assistant', content: 'Pa0', [field]: 'Pr0' }], 'Pr0', 'Pa0'),
  );
  const calls = (['object', 'string'] as const).find((style) =>
    shows([USER, probeCall(style)], 'Pname0', 'Pkey0', 'Pvalue0'),
  );
  const traits: Omit<TemplateTraits, 'rewrites'> = {
    reasoning: reasoning ?? 'inline',
    calls: calls ?? 'inline',
    tool: shows(
      [USER, probeCall(calls ?? 'inline'), { role: 'tool', content: 'Pt0', tool_call_id: CALL_ID }],
      'Pt0',
    ),
    system: shows([{ role: 'system', content: 'Ps0' }, USER], 'Ps0'),
    openings: openings(render, plain),
    endOfTurn: endOfTurn(plain.slice(plain.indexOf('Pa0') + 3), tokenizer),
  };
  return { ...traits, rewrites: rewrites(render, traits) };
}

/** Nine letters and digits: some templates insist on it. */
export const CALL_ID = 'call00001';

function probeCall(style: TemplateTraits['calls']): ChatMessage {
  if (style === 'inline') return { role: 'assistant', content: 'Pcall0' };
  const value = { Pkey0: 'Pvalue0' };
  const args = style === 'string' ? JSON.stringify(value) : value;
  const call = { id: CALL_ID, type: 'function' as const };
  const name = 'Pname0';
  return {
    role: 'assistant',
    content: '',
    tool_calls: [{ ...call, function: { name, arguments: args } }],
  };
}

function openings(render: RenderChat, plain: string): string[] {
  const [before, prompted] = [render([USER]), render([USER], true)];
  const shared = commonPrefix(before, plain).length;
  const written = plain.slice(shared, plain.indexOf('Pa0'));
  const prompt = prompted.startsWith(before) ? prompted.slice(before.length) : '';
  // A prompt may open a thinking tag that history leaves out: what both begin with is the header.
  return [prompt, commonPrefix(prompt, written)].filter(
    (opening, i, all) => opening.trim() !== '' && all.indexOf(opening) === i,
  );
}

function endOfTurn(after: string, { special }: Tokenizer): string | null {
  const found = special.all
    .map((token) => ({ token, at: after.indexOf(token) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.token.length - a.token.length);
  return found[0]?.token ?? null;
}

function rewrites(render: RenderChat, traits: Omit<TemplateTraits, 'rewrites'>): boolean {
  const turn = (n: number): ChatMessage => ({
    role: 'assistant',
    content: `Pa${n}`,
    ...(traits.reasoning === 'inline'
      ? { content: `<think>\nPr${n}\n</think>\n\nPa${n}` }
      : { [traits.reasoning]: `Pr${n}` }),
  });
  const messages = [USER, turn(1), { ...USER }, turn(2), { ...USER }, turn(3)];
  const plainTurns = messages.map((message) =>
    message.role === 'user' ? message : { role: 'assistant', content: 'Pa' },
  );
  return [messages, plainTurns].some((all) => {
    const whole = render(all);
    return [2, 4].some((count) => {
      const part = render(all.slice(0, count)).trimEnd();
      const end = traits.endOfTurn === null ? -1 : part.lastIndexOf(traits.endOfTurn);
      return !whole.startsWith(end < 0 ? part : part.slice(0, end));
    });
  });
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
