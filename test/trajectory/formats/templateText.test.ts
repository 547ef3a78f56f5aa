import { parse, spanText } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { checkInvariants } from '../invariants.ts';

function spansOf(text: string): string[] {
  const parsed = parse(text);
  checkInvariants(text, parsed);
  expect(parsed.format).toBe('template_tags');
  return parsed.spans.map(
    (span, i) => `${span.traj}.${span.step} ${span.kind} ${spanText(text, parsed, i)}`,
  );
}

const TEA = [
  '0.0 system Be kind.',
  '0.0 task Tea?',
  '0.1 action kettle',
  '0.1 action {"on": true}',
  '0.1 observation It hums.',
  '0.2 answer Soon.',
];
const TALK = [
  '0.0 system Be kind.',
  '0.0 task Tea?',
  '0.1 answer Yes.',
  '0.1 task Milk?',
  '0.2 answer No.',
];
const withoutSystem = (lines: string[]): string[] => lines.slice(1);
const CALL = '{"name": "kettle", "arguments": {"on": true}}';
const ARGS = '{"on": true}';

const CALLING: [name: string, text: string, spans: string[]][] = [
  [
    'DeepSeek R1',
    `<｜begin▁of▁sentence｜>Be kind.<｜User｜>Tea?<｜Assistant｜><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>kettle\n\`\`\`json\n${ARGS}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜><｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>It hums.<｜tool▁output▁end｜><｜tool▁outputs▁end｜>Soon.<｜end▁of▁sentence｜>`,
    TEA,
  ],
  [
    'DeepSeek V3.1',
    `<｜begin▁of▁sentence｜>Be kind.<｜User｜>Tea?<｜Assistant｜></think><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>kettle<｜tool▁sep｜>${ARGS}<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜><｜tool▁output▁begin｜>It hums.<｜tool▁output▁end｜>Soon.<｜end▁of▁sentence｜>`,
    TEA,
  ],
  [
    'DeepSeek in ASCII',
    `<|begin_of_sentence|>Be kind.<|User|>Tea?<|Assistant|><|tool_calls_begin|><|tool_call_begin|>kettle<|tool_sep|>${ARGS}<|tool_call_end|><|tool_calls_end|><|end_of_sentence|><|tool_outputs_begin|><|tool_output_begin|>It hums.<|tool_output_end|><|tool_outputs_end|>Soon.<|end_of_sentence|>`,
    TEA,
  ],
  [
    'Llama 3',
    `<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nTea?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n{"name": "kettle", "parameters": ${ARGS}}<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\nIt hums.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nSoon.<|eot_id|>`,
    TEA,
  ],
  [
    'Llama 4',
    `<|begin_of_text|><|header_start|>system<|header_end|>\n\nBe kind.<|eot|><|header_start|>user<|header_end|>\n\nTea?<|eot|><|header_start|>assistant<|header_end|>\n\n<|python_start|>${CALL}<|python_end|><|eom|><|header_start|>ipython<|header_end|>\n\nIt hums.<|eot|><|header_start|>assistant<|header_end|>\n\nSoon.<|eot|>`,
    TEA,
  ],
  [
    'Mistral v3',
    `<s>[AVAILABLE_TOOLS] [{"type": "function"}][/AVAILABLE_TOOLS][INST] Tea?[/INST][TOOL_CALLS] [{"name": "kettle", "arguments": ${ARGS}, "id": "abcdefghi"}]</s>[TOOL_RESULTS] {"content": "It hums.", "call_id": "abcdefghi"}[/TOOL_RESULTS] Soon.</s>`,
    withoutSystem(TEA),
  ],
  [
    'Mistral v7',
    `<s>[SYSTEM_PROMPT] Be kind.[/SYSTEM_PROMPT][INST]Tea?[/INST][TOOL_CALLS]kettle[ARGS]${ARGS}</s>[TOOL_RESULTS]abcdefghi[TOOL_CONTENT]It hums.[/TOOL_RESULTS]Soon.</s>`,
    TEA,
  ],
  [
    'GLM-4.5',
    '[gMASK]<sop><|system|>\nBe kind.<|user|>\nTea?<|assistant|>\n<think></think>\n<tool_call>kettle\n</tool_call><|observation|>\n<tool_response>\nIt hums.\n</tool_response><|assistant|>\n<think></think>\nSoon.<|user|>',
    TEA.filter((line) => !line.includes('{')),
  ],
  [
    'GLM-4',
    `[gMASK]<sop><|system|>\nBe kind.<|user|>\nTea?<|assistant|>kettle\n${ARGS}<|observation|>\nIt hums.<|assistant|>\nSoon.`,
    TEA,
  ],
  [
    'Kimi',
    `<|im_system|>tool_declare<|im_middle|>[{"type": "function"}]<|im_end|><|im_system|>system<|im_middle|>Be kind.<|im_end|><|im_user|>user<|im_middle|>Tea?<|im_end|><|im_assistant|>assistant<|im_middle|><|tool_calls_section_begin|><|tool_call_begin|>functions.kettle:0<|tool_call_argument_begin|>${ARGS}<|tool_call_end|><|tool_calls_section_end|><|im_end|><|im_system|>kettle<|im_middle|>## Return of functions.kettle:0\nIt hums.<|im_end|><|im_assistant|>assistant<|im_middle|>Soon.<|im_end|>`,
    TEA,
  ],
  [
    'MiniMax M1',
    `<begin_of_document><beginning_of_sentence>system ai_setting=M\nBe kind.<end_of_sentence>\n<beginning_of_sentence>user name=user\nTea?<end_of_sentence>\n<beginning_of_sentence>ai name=M\n<tool_calls>\n${CALL}\n</tool_calls><end_of_sentence>\n<beginning_of_sentence>tool name=tools\nIt hums.<end_of_sentence>\n<beginning_of_sentence>ai name=M\nSoon.<end_of_sentence>\n`,
    TEA,
  ],
  [
    'Harmony',
    `<|start|>system<|message|>Be kind.<|end|><|start|>user<|message|>Tea?<|end|><|start|>assistant<|channel|>commentary to=functions.kettle <|constrain|>json<|message|>${ARGS}<|call|><|start|>functions.kettle to=assistant<|channel|>commentary<|message|>It hums.<|end|><|start|>assistant<|channel|>final<|message|>Soon.<|return|>`,
    TEA,
  ],
  [
    'Command R7B',
    `<BOS_TOKEN><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>Be kind.<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|USER_TOKEN|>Tea?<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_ACTION|>[{"tool_call_id": "0", "tool_name": "kettle", "parameters": ${ARGS}}]<|END_ACTION|><|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|><|START_TOOL_RESULT|>It hums.<|END_TOOL_RESULT|><|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_RESPONSE|>Soon.<|END_RESPONSE|><|END_OF_TURN_TOKEN|>`,
    TEA,
  ],
  [
    'Granite',
    `<|start_of_role|>system<|end_of_role|>Be kind.<|end_of_text|>\n<|start_of_role|>available_tools<|end_of_role|>[{"type": "function"}]<|end_of_text|>\n<|start_of_role|>user<|end_of_role|>Tea?<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|><|tool_call|>[${CALL}]<|end_of_text|>\n<|start_of_role|>tool_response<|end_of_role|>It hums.<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>Soon.<|end_of_text|>\n`,
    TEA,
  ],
  [
    'InternLM',
    `<s><|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>system name=<|plugin|>\n[{"name": "kettle"}]<|im_end|>\n<|im_start|>user\nTea?<|im_end|>\n<|im_start|>assistant\n<|action_start|><|plugin|>\n{"name": "kettle", "parameters": ${ARGS}}<|action_end|><|im_end|>\n<|im_start|>environment name=<|plugin|>\nIt hums.<|im_end|>\n<|im_start|>assistant\nSoon.<|im_end|>\n`,
    TEA,
  ],
];

describe('templates with calls', () => {
  test.each(CALLING)('%s', (_, text, spans) => {
    expect(spansOf(text)).toEqual(spans);
  });

  test.each(CALLING)('%s, twice in a file', (name, text, spans) => {
    if (name === 'GLM-4.5') return;
    const again = spans.map((line) => line.replace(/^0/, '1'));
    expect(spansOf(`${text}\n${text}`)).toEqual([...spans, ...again]);
  });

  test.each(CALLING)('%s in a JSON string', (_, text, spans) => {
    const record = JSON.stringify({ id: 1, text });
    const parsed = parse(record);
    checkInvariants(record, parsed);
    expect(
      parsed.spans.map(
        (span, i) => `${span.traj}.${span.step} ${span.kind} ${spanText(record, parsed, i)}`,
      ),
    ).toEqual(spans);
  });

  test.each(CALLING)('marks of %s are in no span, and none is lost', (_, text) => {
    const { spans, labels } = parse(text);
    const kept = [...spans, ...labels].sort((a, b) => a.start - b.start);
    let rest = '';
    let at = 0;
    for (const { start, end } of kept) {
      rest += text.slice(at, Math.max(at, start));
      at = Math.max(at, end);
    }
    rest += text.slice(at);
    expect(rest).not.toMatch(/<\||\[\/|｜>|<\//);
  });
});

const TALKING: [name: string, text: string, spans: string[]][] = [
  [
    'Llama 2',
    '<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nTea? [/INST] Yes. </s><s>[INST] Milk? [/INST] No. </s>',
    TALK,
  ],
  [
    'Mistral without a beginning',
    '[INST] Tea? [/INST] Yes.</s>[INST] Milk? [/INST] No.',
    withoutSystem(TALK),
  ],
  [
    'Phi-3',
    '<|system|>\nBe kind.<|end|>\n<|user|>\nTea?<|end|>\n<|assistant|>\nYes.<|end|>\n<|user|>\nMilk?<|end|>\n<|assistant|>\nNo.<|end|>\n<|endoftext|>',
    TALK,
  ],
  [
    'Phi-4',
    '<|im_start|>system<|im_sep|>Be kind.<|im_end|><|im_start|>user<|im_sep|>Tea?<|im_end|><|im_start|>assistant<|im_sep|>Yes.<|im_end|><|im_start|>user<|im_sep|>Milk?<|im_end|><|im_start|>assistant<|im_sep|>No.<|im_end|>',
    TALK,
  ],
  [
    'Tulu',
    '<|system|>\nBe kind.\n<|user|>\nTea?\n<|assistant|>\nYes.<|endoftext|>\n<|user|>\nMilk?\n<|assistant|>\nNo.<|endoftext|>\n',
    TALK,
  ],
  [
    'Gemma',
    '<bos><start_of_turn>user\nTea?<end_of_turn>\n<start_of_turn>model\nYes.<end_of_turn>\n<start_of_turn>user\nMilk?<end_of_turn>\n<start_of_turn>model\nNo.<end_of_turn>\n<start_of_turn>model\n',
    withoutSystem(TALK),
  ],
  ['Vicuna', 'Be kind. USER: Tea? ASSISTANT: Yes.</s>USER: Milk? ASSISTANT: No.</s>', TALK],
  [
    'Alpaca',
    'Be kind.\n\n### Instruction:\nTea?\n\n### Response:\nYes.\n\n### Instruction:\nMilk?\n\n### Response:\nNo.',
    TALK,
  ],
  ['Falcon', 'System: Be kind.\nUser: Tea?\nFalcon: Yes.\nUser: Milk?\nFalcon: No.', TALK],
  [
    'lines',
    '\n\nHuman: Tea?\n\nAssistant: Yes.\n\nHuman: Milk?\n\nAssistant: No.',
    withoutSystem(TALK),
  ],
  [
    'Yi',
    '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nTea?<|im_end|>\n<|im_start|>assistant\nYes.<|im_end|>\n<|im_start|>user\nMilk?<|im_end|>\n<|im_start|>assistant\nNo.<|im_end|>\n<|im_start|>assistant\n',
    TALK,
  ],
];

describe('templates of talk', () => {
  test.each(TALKING)('%s', (_, text, spans) => {
    expect(spansOf(text)).toEqual(spans);
  });

  test.each(TALKING)('%s in a JSON string', (_, text, spans) => {
    const record = JSON.stringify([{ text }]);
    const parsed = parse(record);
    expect(
      parsed.spans.map(
        (span, i) => `${span.traj}.${span.step} ${span.kind} ${spanText(record, parsed, i)}`,
      ),
    ).toEqual(spans);
  });
});

test('Alpaca rows after each other begin with their preamble', () => {
  const row = (task: string): string =>
    `Below is an instruction that describes a task.\n\n### Instruction:\n${task}\n\n### Response:\nYes.\n\n`;
  expect(spansOf(row('a') + row('b'))).toEqual([
    '0.0 system Below is an instruction that describes a task.',
    '0.0 task a',
    '0.1 answer Yes.',
    '1.0 system Below is an instruction that describes a task.',
    '1.0 task b',
    '1.1 answer Yes.',
  ]);
});

test('labels in a rendered turn are the agent’s', () => {
  const text =
    '<|im_start|>user\nTea?<|im_end|>\n<|im_start|>assistant\nThought: Heat it.\nAction: kettle\nAction Input: on<|im_end|>\n<|im_start|>user\n<tool_response>\nHums.\n</tool_response><|im_end|>\n';
  expect(spansOf(text)).toEqual([
    '0.0 task Tea?',
    '0.1 reasoning Heat it.',
    '0.1 action kettle',
    '0.1 action on',
    '0.1 observation Hums.',
  ]);
});

test('JSON below a word calls the tool of that name only where the word stands on the line of its mark', () => {
  const turn = (between: string): string =>
    `<|user|>\nTea?<|assistant|>${between}yes\n{"a": 1}<|user|>\nThanks.`;
  expect(spansOf(turn('')).slice(1, 3)).toEqual(['0.1 action yes', '0.1 action {"a": 1}']);
  expect(spansOf(turn('\n'))[1]).toBe('0.1 answer yes\n{"a": 1}');
});
