import { DeepCoderError } from '@deepcoder/config';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { ChatMessage, RenderChat } from './chatMessage.ts';
import { endsOpen, linesIn, tagged, thinkTagsIn, type ThinkTags } from './thinkTags.ts';
import { isRewritten } from './isRewritten.ts';
import { commonPrefix, findStops, type Attempt, type Stops } from './turnStops.ts';

/**
 * Where a thought goes: a field of the message, `inline` with tags in the content, or `apart`: the template
 * shows none, so that it is written between the prompt and what the template shows of the turn.
 */
export type ThoughtStyle = (typeof THOUGHT_FIELDS)[number] | 'inline' | 'apart';

const THOUGHT_FIELDS = ['reasoning_content', 'thinking', 'reasoning', 'tool_plan'] as const;

/** How `tool_calls` are given to a template that has a form of its own for them. */
export interface CallStyle {
  arguments: 'object' | 'string';
  /** The content of a turn without text. */
  blank: '' | null;
  /** Nine letters and digits, on which some templates insist; or `functions.NAME:NUMBER`, which some show. */
  ids: 'short' | 'functions';
}

/** What a chat template does, found out by rendering probes. */
export interface TemplateTraits {
  /** For turns without and with calls of the template's own form. */
  thought: { answer: ThoughtStyle; call: ThoughtStyle };
  thinkTags: ThinkTags;
  /** Null: calls are written into the content as tags. */
  calls: CallStyle | null;
  /** Whether results have a role of their own after calls in the template's form, and after others. */
  tool: { native: boolean; inline: boolean };
  system: boolean;
  /** Whether it lists tool definitions. */
  tools: boolean;
  /** What the server writes before the agent's turn, longest form first. */
  openings: string[];
  /** What every turn begins with, where the template has no prompt. */
  lead: string;
  /** The prompt opens a thought that the template does not show in turns. */
  opensThought: boolean;
  stops: Stops;
  /** Earlier turns are shown otherwise once later ones exist. */
  rewrites: boolean;
}

const USER: ChatMessage = { role: 'user', content: 'Pu0' };
const SYSTEM: ChatMessage = { role: 'system', content: 'Ps0' };
const ANSWER: ChatMessage = { role: 'assistant', content: 'Pa0' };
const CALL = ['Pname0', 'Pkey0', 'Pvalue0'];

/** Throws where not even a question and an answer can be rendered. */
export function probeTraits(
  render: RenderChat,
  { source, tokenizer }: { source: string; tokenizer: Tokenizer },
): TemplateTraits {
  render([USER, ANSWER]);
  const attempt = attempts(render);
  const thinkTags = ownTags(attempt, thinkTagsIn(source));
  const { special } = tokenizer;
  const specials = [...new Set([...special.all, ...(special.eosToken ? [special.eosToken] : [])])];
  const calls = callStyle({ attempt, specials });
  const probe = { attempt, thinkTags };
  const thought = {
    answer: thoughtStyle(probe, { turn: ANSWER, shown: ['Pa0'] }),
    call: calls === null ? 'apart' : thoughtStyle(probe, { turn: callTurn(calls), shown: CALL }),
  } satisfies TemplateTraits['thought'];
  const turns = [ANSWER, withThought(ANSWER, thought.answer, thinkTags)];
  if (calls !== null)
    turns.push(callTurn(calls), withThought(callTurn(calls), thought.call, thinkTags));
  const prompt = attempt([USER], { prompt: true });
  const plain = attempt([USER, ANSWER]);
  const probes = { user: USER, answer: ANSWER, ...callProbes(calls) };
  const stops = findStops({ attempt, specials }, probes);
  return {
    thought,
    thinkTags,
    calls,
    tool: {
      native: calls !== null && attempt([USER, callTurn(calls), result(calls)]).includes('Pt0'),
      inline: attempt([USER, ANSWER, result(null)]).includes('Pt0'),
    },
    system: attempt([SYSTEM, USER]).includes('Ps0'),
    tools: attempt([USER], { tools: [TOOL] }).includes('Pname0'),
    openings: openings(attempt, turns),
    lead: leadOf(attempt, turns),
    opensThought: endsOpen(prompt, thinkTags) && !plain.startsWith(prompt),
    stops,
    rewrites: rewrites(attempt, { turns, calls, stops, thinkTags }),
  };
}

function attempts(render: RenderChat): Attempt {
  return (messages, options) => {
    try {
      return render(messages, options);
    } catch (cause) {
      if (cause instanceof DeepCoderError) throw cause;
      return '';
    }
  };
}

function ownTags(attempt: Attempt, tags: ThinkTags): ThinkTags {
  const prompts = [{}, { thinks: true }].map((more) => attempt([USER], { prompt: true, ...more }));
  const [usual, asked] = prompts.map((prompt) => linesIn(prompt, tags));
  return { ...tags, lines: usual ?? asked ?? tags.lines };
}

const TOOL = {
  type: 'function' as const,
  function: {
    name: 'Pname0',
    description: 'Pd0',
    parameters: {
      type: 'object',
      properties: { Pkey0: { type: 'string', description: 'Pd1' } },
      required: ['Pkey0'],
    },
  },
};

/** The first way of giving a call in which the template shows it and ends the turn so that a server stops. */
function callStyle({
  attempt,
  specials,
}: {
  attempt: Attempt;
  specials: string[];
}): CallStyle | null {
  const styles = (['short', 'functions'] as const).flatMap((ids) =>
    (['object', 'string'] as const).flatMap((args) =>
      (['', null] as const).map((blank): CallStyle => ({ arguments: args, blank, ids })),
    ),
  );
  const shown = styles.find((style) => {
    const text = attempt([USER, callTurn(style)]);
    return CALL.every((content) => text.includes(content));
  });
  if (shown === undefined) return null;
  const probes = { user: USER, answer: ANSWER, ...callProbes(shown) };
  const { answer, call } = findStops({ attempt, specials }, probes);
  const isOpen = call.token === null || call.isNextMark;
  return answer.token !== null && !answer.isNextMark && isOpen ? null : shown;
}

function callProbes(calls: CallStyle | null): { call?: ChatMessage; result?: ChatMessage } {
  return calls === null ? {} : { call: callTurn(calls), result: result(calls) };
}

function thoughtStyle(
  { attempt, thinkTags }: { attempt: Attempt; thinkTags: ThinkTags },
  { turn, shown }: { turn: ChatMessage; shown: string[] },
): ThoughtStyle {
  const prompt = attempt([USER], { prompt: true });
  const shows = (style: ThoughtStyle): boolean => {
    const text = attempt([USER, withThought(turn, style, thinkTags)]);
    const thoughtAt = text.indexOf('Pr0');
    return thoughtAt >= 0 && shown.every((content) => text.indexOf(content, thoughtAt) >= 0);
  };
  const field = THOUGHT_FIELDS.find(shows);
  if (field !== undefined) return field;
  if (!shows('inline') || prompt.trimEnd().endsWith(thinkTags.close)) return 'apart';
  // Tags of a family go before what it writes around an answer, not into it.
  const text = attempt([USER, withThought(turn, 'inline', thinkTags)]);
  const own = text.slice(commonPrefix(prompt, text).length);
  const isFirst =
    thinkTags.lines || endsOpen(prompt, thinkTags) || own.trimStart().startsWith(thinkTags.open);
  return isFirst ? 'inline' : 'apart';
}

function withThought(turn: ChatMessage, style: ThoughtStyle, tags: ThinkTags): ChatMessage {
  if (style === 'apart') return turn;
  if (style !== 'inline') return { ...turn, [style]: 'Pr0' };
  const content = `${tagged(tags, 'Pr0')}${tags.lines ? '\n' : ''}${turn.content ?? ''}`;
  return { ...turn, content };
}

function callTurn(style: CallStyle): ChatMessage {
  const value = { Pkey0: 'Pvalue0' };
  const args = style.arguments === 'string' ? JSON.stringify(value) : value;
  return {
    role: 'assistant',
    content: style.blank,
    tool_calls: [
      { id: probeId(style), type: 'function', function: { name: 'Pname0', arguments: args } },
    ],
  };
}

function result(style: CallStyle | null): ChatMessage {
  return { role: 'tool', content: 'Pt0', tool_call_id: probeId(style), name: 'Pname0' };
}

function probeId(style: CallStyle | null): string {
  return style?.ids === 'functions' ? 'functions.Pname0:0' : 'call00001';
}

/** A conversation without what its prompt replaces, and the prompt. */
function promptAfter(
  attempt: Attempt,
  messages: ChatMessage[],
): { before: string; prompt: string } {
  const prompted = attempt(messages, { prompt: true });
  const before = wholeTags(commonPrefix(attempt(messages), prompted));
  return { before, prompt: prompted.slice(before.length) };
}

/**
 * What the server writes before the agent: the prompt itself, or what it shares with the way turns of
 * any form begin in a conversation (a prompt may open or close a thinking tag that history leaves out).
 */
function openings(attempt: Attempt, turns: readonly ChatMessage[]): string[] {
  const { before, prompt } = promptAfter(attempt, [USER]);
  const shared = turns.map((turn) => {
    const text = attempt([USER, turn]);
    if (!text.startsWith(before)) return '';
    return wholeTags(commonPrefix(prompt, text.slice(before.length)));
  });
  return [...new Set([prompt, ...shared])]
    .filter((opening) => opening.trim() !== '')
    .sort((a, b) => b.length - a.length);
}

function leadOf(attempt: Attempt, turns: readonly ChatMessage[]): string {
  const { before, prompt } = promptAfter(attempt, [USER]);
  if (prompt !== '') return '';
  const others = [...turns, { ...ANSWER, content: 'Other' }];
  const texts = others.map((turn) => attempt([USER, turn]).slice(before.length));
  return wholeTags(texts.reduce(commonPrefix));
}

/** Without the beginning of a tag, which texts that go on with other tags share too. */
export function wholeTags(text: string): string {
  const at = text.lastIndexOf('<');
  return at > text.lastIndexOf('>') ? text.slice(0, at) : text;
}

/** Whether what a conversation shows up to the end of a turn, or before one, changes when it goes on. */
function rewrites(
  attempt: Attempt,
  traits: Pick<TemplateTraits, 'calls' | 'stops' | 'thinkTags'> & { turns: ChatMessage[] },
): boolean {
  const { turns, calls } = traits;
  const chats = turns.flatMap((turn) => {
    const between = turn.tool_calls === undefined ? USER : result(calls);
    const chat = [USER, turn, between, turn, { ...USER }, ANSWER, { ...USER }, turn];
    return [chat, [SYSTEM, ...chat]];
  });
  return chats.some((chat) =>
    [{}, { tools: [TOOL] }].some((options) => {
      const render: RenderChat = (messages, more) => attempt(messages, { ...options, ...more });
      return render(chat) !== '' && isRewritten(chat, render, traits);
    }),
  );
}
