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
  const plain = render([USER, { role: 'assistant', content: 'Pa0' }]);
  const shows = (turn: ChatMessage, ...contents: string[]): boolean =>
    contents.every((content) => attempt(render, [USER, turn]).includes(content));
  const reasoning =
    (['reasoning_content', 'thinking', 'reasoning'] as const).find((style) =>
      shows(probeTurn(style, 'Pa0'), 'Pr0', 'Pa0'),
    ) ?? 'inline';
  // Native calls only where thoughts beside them and several at once survive: one form for all turns.
  const calls =
    (['object', 'string'] as const).find(
      (style) =>
        shows({ ...probeTurn(reasoning, ''), tool_calls: [probeCall(0, style)] }, 'Pr0', ...CALL) &&
        shows(
          { role: 'assistant', content: '', tool_calls: [0, 1].map((n) => probeCall(n, style)) },
          ...CALL,
          'Pname1',
        ),
    ) ?? 'inline';
  const callTurn: ChatMessage =
    calls === 'inline'
      ? { role: 'assistant', content: 'Pcall0' }
      : { role: 'assistant', content: '', tool_calls: [probeCall(0, calls)] };
  const result: ChatMessage = {
    role: 'tool',
    content: 'Pt0',
    tool_call_id: probeId(0),
    name: 'Pname0',
  };
  const turns = [probeTurn('inline', 'Pa0'), probeTurn(reasoning, 'Pa0'), callTurn];
  const traits: Omit<TemplateTraits, 'rewrites'> = {
    reasoning,
    calls,
    tool: attempt(render, [USER, callTurn, result]).includes('Pt0'),
    system: attempt(render, [{ role: 'system', content: 'Ps0' }, USER]).includes('Ps0'),
    openings: openings(render, [{ role: 'assistant', content: 'Pa0' }, ...turns]),
    endOfTurn: endOfTurn(plain.slice(plain.indexOf('Pa0') + 3), tokenizer),
  };
  return { ...traits, rewrites: rewrites(render, traits) };
}

/** Empty where the template refuses. */
function attempt(render: RenderChat, messages: ChatMessage[], prompt = false): string {
  try {
    return render(messages, prompt);
  } catch {
    return '';
  }
}

const CALL = ['Pname0', 'Pkey0', 'Pvalue0'];

/** Nine letters and digits: some templates insist on it. */
const probeId = (n: number): string => `call0000${n}`;

function probeTurn(reasoning: TemplateTraits['reasoning'], content: string): ChatMessage {
  return reasoning === 'inline'
    ? { role: 'assistant', content: `<think>\nPr0\n</think>\n\n${content}` }
    : { role: 'assistant', content, [reasoning]: 'Pr0' };
}

function probeCall(
  n: number,
  style: 'object' | 'string',
): NonNullable<ChatMessage['tool_calls']>[number] {
  const value = { [`Pkey${n}`]: `Pvalue${n}` };
  const args = style === 'string' ? JSON.stringify(value) : value;
  return { id: probeId(n), type: 'function', function: { name: `Pname${n}`, arguments: args } };
}

/**
 * What the server writes before the agent: the prompt itself, or what it shares with the way turns of
 * any form begin in a conversation (a prompt may open or close a thinking tag that history leaves out).
 */
function openings(render: RenderChat, turns: readonly ChatMessage[]): string[] {
  const [before, prompted] = [render([USER]), attempt(render, [USER], true)];
  const prompt = prompted.startsWith(before) ? prompted.slice(before.length) : '';
  const shared = turns.map((turn) => {
    const text = attempt(render, [USER, turn]);
    return text.startsWith(before) ? commonPrefix(prompt, text.slice(before.length)) : '';
  });
  return [...new Set([prompt, ...shared])]
    .filter((opening) => opening.trim() !== '')
    .sort((a, b) => b.length - a.length);
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
