import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { Dialect } from '../dialect.ts';
import { nameAndObject } from '../wanted.ts';
import { SYNTAXES, type CallSyntax } from './writtenCalls.ts';

/** How a chat template renders a conversation. */
interface Template {
  name: string;
  /** Of one of `SYNTAXES`; null for templates without calls. */
  calls: string | CallSyntax | null;
  bos?: string;
  system?: (text: string) => string;
  user: (text: string, system: string | null) => string;
  assistant: (inner: string, turn: Turn) => string;
  results?: (calls: Call[]) => string;
  thought?: (text: string) => string;
  /** It has no turn for more than one call. */
  single?: boolean;
  said?: 'never';
}

const texts = (call: Call): string => call.result!.texts.join('\n');
const each = (write: (call: Call) => string) => (calls: Call[]) => calls.map(write).join('');
const think = (text: string): string => `<think>\n${text}\n</think>\n\n`;

const chatml = (role: string, text: string): string => `<|im_start|>${role}\n${text}<|im_end|>\n`;
const qwenResults = (calls: Call[]): string =>
  chatml(
    'user',
    calls.map((call) => `<tool_response>\n${texts(call)}\n</tool_response>`).join('\n'),
  );
const llama3 = (role: string, text: string): string =>
  `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`;
const phi = (role: string, text: string): string => `<|${role}|>\n${text}<|end|>\n`;
const gemma = (role: string, text: string): string =>
  `<start_of_turn>${role}\n${text}<end_of_turn>\n`;
const glm = (role: string, text: string): string => `<|${role}|>\n${text}`;
const kimi = (role: string, mark: string, text: string): string =>
  `<|im_${mark}|>${role}<|im_middle|>${text}<|im_end|>`;
const miniMax = (role: string, text: string): string => `]~b]${role}\n${text}[e~[\n`;
const granite = (role: string, text: string): string =>
  `<|start_of_role|>${role}<|end_of_role|>${text}<|end_of_text|>\n`;

const HARMONY_CALL: CallSyntax = {
  name: 'Harmony',
  write: ([call]) =>
    `<|start|>assistant<|channel|>commentary to=functions.${call!.name} <|constrain|>json<|message|>${call!.text}<|call|>`,
  action: nameAndObject,
};

const TEMPLATES: readonly Template[] = [
  {
    name: 'Qwen3',
    calls: 'Hermes',
    system: (text) => chatml('system', text),
    user: (text) => chatml('user', text),
    assistant: (inner) => chatml('assistant', inner),
    results: qwenResults,
    thought: think,
  },
  {
    name: 'Qwen3-Coder',
    calls: 'Qwen3-Coder',
    system: (text) => chatml('system', text),
    user: (text) => chatml('user', text),
    assistant: (inner) => chatml('assistant', inner),
    results: qwenResults,
  },
  {
    name: 'Hermes ChatML with a tool role',
    calls: 'Hermes',
    system: (text) => chatml('system', text),
    user: (text) => chatml('user', text),
    assistant: (inner) => chatml('assistant', inner),
    results: each((call) => chatml('tool', `<tool_response>\n${texts(call)}\n</tool_response>`)),
  },
  {
    name: 'Llama 3.1',
    calls: 'Llama python_tag',
    bos: '<|begin_of_text|>',
    system: (text) => llama3('system', text),
    user: (text) => llama3('user', text),
    assistant: (inner, turn) =>
      turn.calls.length > 0
        ? `<|start_header_id|>assistant<|end_header_id|>\n\n${inner}<|eom_id|>`
        : llama3('assistant', inner),
    results: each((call) => llama3('ipython', texts(call))),
    single: true,
    said: 'never',
  },
  {
    name: 'Gemma',
    calls: null,
    bos: '<bos>',
    user: (text) => gemma('user', text),
    assistant: (inner) => gemma('model', inner),
  },
  {
    name: 'DeepSeek V3',
    calls: 'DeepSeek V3',
    bos: '<｜begin▁of▁sentence｜>',
    system: (text) => text,
    user: (text) => `<｜User｜>${text}`,
    assistant: (inner) => `<｜Assistant｜>${inner}<｜end▁of▁sentence｜>`,
    results: (calls) =>
      `<｜tool▁outputs▁begin｜>${calls.map((call) => `<｜tool▁output▁begin｜>${texts(call)}<｜tool▁output▁end｜>`).join('\n')}<｜tool▁outputs▁end｜>`,
  },
  {
    name: 'DeepSeek R1',
    calls: null,
    bos: '<｜begin▁of▁sentence｜>',
    user: (text) => `<｜User｜>${text}`,
    assistant: (inner) => `<｜Assistant｜>${inner}<｜end▁of▁sentence｜>`,
    thought: think,
  },
  {
    name: 'DeepSeek V3.1',
    calls: 'DeepSeek V3.1',
    bos: '<｜begin▁of▁sentence｜>',
    system: (text) => text,
    user: (text) => `<｜User｜>${text}`,
    assistant: (inner) => `<｜Assistant｜></think>${inner}<｜end▁of▁sentence｜>`,
    results: each((call) => `<｜tool▁output▁begin｜>${texts(call)}<｜tool▁output▁end｜>`),
  },
  {
    name: 'GLM-4.5',
    calls: 'GLM-4.5',
    bos: '[gMASK]<sop>',
    system: (text) => glm('system', text),
    user: (text) => glm('user', text),
    assistant: (inner) => glm('assistant', inner),
    results: (calls) =>
      `<|observation|>${calls.map((call) => `\n<tool_response>\n${texts(call)}\n</tool_response>`).join('')}`,
    thought: (text) => `<think>${text}</think>\n`,
  },
  {
    name: 'Kimi K2',
    calls: 'Kimi K2',
    system: (text) => kimi('system', 'system', text),
    user: (text) => kimi('user', 'user', text),
    assistant: (inner) => kimi('assistant', 'assistant', inner),
    results: each((call) =>
      kimi('tool', 'system', `## Return of functions.${call.name}:0\n${texts(call)}`),
    ),
  },
  {
    name: 'MiniMax M2',
    calls: 'MiniMax M2',
    bos: ']~!b[',
    system: (text) => miniMax('system', text),
    user: (text) => miniMax('user', text),
    assistant: (inner) => miniMax('ai', inner),
    results: (calls) =>
      miniMax('tool', calls.map((call) => `<response>${texts(call)}</response>`).join('\n')),
    thought: (text) => `<think>\n${text}\n</think>\n\n`,
  },
  {
    name: 'Mistral v3',
    calls: 'Mistral list',
    bos: '<s>',
    user: (text) => `[INST] ${text}[/INST]`,
    assistant: (inner) => ` ${inner}</s>`,
    results: each(
      (call) =>
        `[TOOL_RESULTS] {"content": ${JSON.stringify(texts(call))}, "call_id": "${call.id}"}[/TOOL_RESULTS]`,
    ),
    said: 'never',
  },
  {
    name: 'Mistral v7',
    calls: 'Mistral args',
    bos: '<s>',
    system: (text) => `[SYSTEM_PROMPT]${text}[/SYSTEM_PROMPT]`,
    user: (text) => `[INST]${text}[/INST]`,
    assistant: (inner) => `${inner}</s>`,
    results: each((call) => `[TOOL_RESULTS]${texts(call)}[/TOOL_RESULTS]`),
    thought: (text) => `[THINK]${text}[/THINK]`,
  },
  {
    name: 'Llama 2',
    calls: null,
    system: () => '',
    user: (text, system) =>
      `<s>[INST] ${system === null ? '' : `<<SYS>>\n${system}\n<</SYS>>\n\n`}${text} [/INST]`,
    assistant: (inner) => ` ${inner} </s>`,
  },
  {
    name: 'Phi-4',
    calls: null,
    system: (text) => phi('system', text),
    user: (text) => phi('user', text),
    assistant: (inner) => phi('assistant', inner),
  },
  {
    name: 'Zephyr',
    calls: null,
    system: (text) => `<|system|>\n${text}</s>\n`,
    user: (text) => `<|user|>\n${text}</s>\n`,
    assistant: (inner) => `<|assistant|>\n${inner}</s>\n`,
  },
  {
    name: 'Granite',
    calls: 'Granite list',
    system: (text) => granite('system', text),
    user: (text) => granite('user', text),
    assistant: (inner) => granite('assistant', inner),
    results: each((call) => granite('tool_response', texts(call))),
    said: 'never',
  },
  {
    name: 'Harmony',
    calls: HARMONY_CALL,
    system: (text) => `<|start|>system<|message|>${text}<|end|>`,
    user: (text) => `<|start|>user<|message|>${text}<|end|>`,
    assistant: (inner, turn) =>
      (turn.thoughts.length > 0
        ? `<|start|>assistant<|channel|>analysis<|message|>${turn.thoughts.join('')}<|end|>`
        : '') +
      (turn.calls.length > 0
        ? inner
        : `<|start|>assistant<|channel|>final<|message|>${inner}<|return|>`),
    results: each(
      (call) =>
        `<|start|>functions.${call.name} to=assistant<|channel|>commentary<|message|>${texts(call)}<|end|>`,
    ),
    thought: () => '',
    single: true,
    said: 'never',
  },
];

function syntaxOf({ calls }: Template): CallSyntax | null {
  if (typeof calls !== 'string') return calls;
  return SYNTAXES.find(({ name }) => name === calls)!;
}

function render(template: Template, trajectory: Canonical): { text: string; cut: number } {
  const { system, bos = '' } = template;
  let text = bos;
  let cut = -1;
  if (trajectory.system !== null) text += system!(trajectory.system);
  trajectory.rounds.forEach((round, i) => {
    text += template.user(round.user.join(''), i === 0 ? trajectory.system : null);
    if (cut < 0) cut = text.length;
    for (const turn of round.turns) {
      text += assistant(template, turn);
      const answered = turn.calls.filter((call) => call.result);
      if (answered.length > 0) text += template.results!(answered);
    }
  });
  return { text, cut };
}

function assistant(template: Template, turn: Turn): string {
  const calls = turn.calls.length > 0 ? syntaxOf(template)!.write(turn.calls) : '';
  const said = [...turn.said, calls].filter((text) => text !== '').join('\n\n');
  const thought = turn.thoughts.map((text) => template.thought!(text)).join('');
  return template.assistant(thought + said, turn);
}

/** Marks of the template, and tags outside of fences. */
const MARKS = /<[/|｜]|<\/?think|\[\/?[A-Z_]+\]|\]~|\u001b|```/;

function row(template: Template): Dialect {
  const syntax = syntaxOf(template);
  const style = { plain: true, avoid: MARKS };
  const can: Abilities = {
    system: template.system ? 'maybe' : 'never',
    thought: template.thought ? 'maybe' : 'never',
    said: template.said ?? 'maybe',
    calls: syntax ? (template.single || syntax.single ? 1 : 3) : 0,
    answer: syntax ? 'maybe' : 'always',
    followUps: 'answered',
    agent: style,
    outside: style,
    args: { strings: syntax?.strings === true, text: style },
  };
  return {
    kind: 'text',
    name: `template: ${template.name}`,
    format: 'template_tags',
    can,
    ...(syntax ? { spans: { action: syntax.action } } : {}),
    messages: { ids: false },
    join: null,
    write: (one) => render(template, one),
  };
}

export const TEMPLATE_TEXTS: readonly Dialect[] = TEMPLATES.map(row);
