import type { Call } from '../canonical.ts';
import { writeJson, type Json, type JsonObject } from '../json.ts';
import type { Text } from '../wanted.ts';

/** A syntax in which models write calls into their text. */
export interface CallSyntax {
  name: string;
  write: (calls: Call[]) => string;
  action: (call: Call) => Text[];
  /** Parameters are strings, or one of that name. */
  strings?: boolean;
  one?: string;
  /** Cannot write several. */
  single?: boolean;
}

const named = (call: Call): Text[] => [call.name, { literal: call.args }];

const eachCall =
  (write: (call: Call, i: number) => string, { before = '', after = '', between = '\n' } = {}) =>
  (calls: Call[]): string =>
    before + calls.map(write).join(between) + after;

const json = (call: Call): string =>
  writeJson({ name: call.name, arguments: call.args }, { python: true });

const list = (calls: Call[]): string =>
  writeJson(
    calls.map((call) => ({ name: call.name, arguments: call.args })),
    { python: true },
  );

function value(item: Json): string {
  return typeof item === 'string' ? item : writeJson(item, { python: true });
}

/** Each parameter by `write`; one span holds them all. */
function parameters(args: JsonObject, write: (key: string, text: string) => string): string {
  return Object.entries(args)
    .map(([key, item]) => write(key, value(item)))
    .join('\n');
}

const qwen = (call: Call): string =>
  parameters(call.args, (key, text) => `<parameter=${key}>\n${text}\n</parameter>`);
const sweSmith = (call: Call): string =>
  parameters(call.args, (key, text) => `<parameter=${key}>${text}</parameter>`);
const invoke = (call: Call): string =>
  parameters(call.args, (key, text) => `<parameter name="${key}">${text}</parameter>`);
const glm = (call: Call): string =>
  parameters(call.args, (key, text) => `<arg_key>${key}</arg_key>\n<arg_value>${text}</arg_value>`);

const spans =
  (write: (call: Call) => string) =>
  (call: Call): Text[] => [call.name, write(call)];

const ANTHROPIC = (prefix: string): CallSyntax['write'] =>
  eachCall(
    (call) =>
      `<${prefix}invoke name="${call.name}">\n${invoke(call).replaceAll(/<(\/?)parameter/g, `<$1${prefix}parameter`)}\n</${prefix}invoke>`,
    {
      before: `<${prefix}function_calls>\n`,
      after: `\n</${prefix}function_calls>`,
    },
  );

export const SYNTAXES: readonly CallSyntax[] = [
  {
    name: 'Hermes',
    write: eachCall((call) => `<tool_call>\n${json(call)}\n</tool_call>`),
    action: named,
  },
  {
    name: 'Qwen3-Coder',
    write: eachCall(
      (call) => `<tool_call>\n<function=${call.name}>\n${qwen(call)}\n</function>\n</tool_call>`,
    ),
    action: spans(qwen),
    strings: true,
  },
  {
    name: 'SWE-smith XML',
    write: eachCall((call) => `<function=${call.name}>\n${sweSmith(call)}\n</function>`),
    action: spans(sweSmith),
    strings: true,
  },
  {
    name: 'GLM-4.5',
    write: eachCall((call) => `<tool_call>${call.name}\n${glm(call)}\n</tool_call>`),
    action: spans(glm),
    strings: true,
  },
  {
    name: 'Kimi K2',
    write: eachCall(
      (call, i) =>
        `<|tool_call_begin|>functions.${call.name}:${i}<|tool_call_argument_begin|>${call.text}<|tool_call_end|>`,
      { before: '<|tool_calls_section_begin|>', after: '<|tool_calls_section_end|>', between: '' },
    ),
    action: named,
  },
  {
    name: 'MiniMax M1',
    write: eachCall(json, { before: '<tool_calls>\n', after: '\n</tool_calls>' }),
    action: named,
  },
  {
    name: 'MiniMax M2',
    write: eachCall((call) => `<invoke name="${call.name}">\n${invoke(call)}\n</invoke>`, {
      before: '<minimax:tool_call>\n',
      after: '\n</minimax:tool_call>',
    }),
    action: spans(invoke),
    strings: true,
  },
  {
    name: 'DeepSeek V3',
    write: eachCall(
      (call) =>
        `<｜tool▁call▁begin｜>function<｜tool▁sep｜>${call.name}\n\`\`\`json\n${call.text}\n\`\`\`<｜tool▁call▁end｜>`,
      { before: '<｜tool▁calls▁begin｜>', after: '<｜tool▁calls▁end｜>' },
    ),
    action: named,
  },
  {
    name: 'DeepSeek V3.1',
    write: eachCall(
      (call) => `<｜tool▁call▁begin｜>${call.name}<｜tool▁sep｜>${call.text}<｜tool▁call▁end｜>`,
      { before: '<｜tool▁calls▁begin｜>', after: '<｜tool▁calls▁end｜>', between: '' },
    ),
    action: named,
  },
  { name: 'Mistral list', write: (calls) => `[TOOL_CALLS] ${list(calls)}`, action: named },
  {
    name: 'Mistral args',
    write: eachCall((call) => `[TOOL_CALLS]${call.name}[ARGS]${call.text}`, { between: '' }),
    action: named,
  },
  {
    name: 'Llama python_tag',
    write: ([call]) =>
      `<|python_tag|>${writeJson({ name: call!.name, parameters: call!.args }, { python: true })}`,
    action: named,
    single: true,
  },
  { name: 'Anthropic invoke', write: ANTHROPIC(''), action: spans(invoke), strings: true },
  {
    name: 'Granite list',
    write: (calls) => `<|tool_call|>${list(calls)}`,
    action: named,
  },
  {
    name: 'Nemotron TOOLCALL',
    write: (calls) => `<TOOLCALL>${list(calls)}</TOOLCALL>`,
    action: named,
  },
];
