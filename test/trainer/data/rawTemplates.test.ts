import { parse } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';
import { foreignLabels } from '../../../trainer/src/data/render/foreignLabels.ts';
import { policyFor } from '../../../trainer/src/data/render/policy.ts';
import { renderRaw } from '../../../trainer/src/data/render/renderRaw.ts';
import { marked } from './marked.ts';

/** What is learnt of each turn of the text's only trajectory. */
function learnt(text: string): string[] {
  const parsed = parse(text);
  const trajectory = parsed.trajectories[0]!;
  const settings = {
    trainOn: 'all',
    answerAs: 'action',
    maskToolArguments: false,
    maskSteps: [],
  } as const;
  const rendered = renderRaw(
    trajectory,
    {
      text,
      isForeign: foreignLabels(text, parsed),
      spans: parsed.spans,
      labels: parsed.labels,
    },
    { policy: policyFor(parsed, trajectory, settings), endOfText: 'EOT' },
  );
  const turns = marked(rendered).matchAll(/(?:⟨[ra][~:][^⟩]*⟩)+/g);
  return [...turns].map(([turn]) => turn.replace(/⟨[ra][~:]|⟩/g, ''));
}

const ARGS = '{"on": true}';

test.each([
  [
    'DeepSeek',
    `<｜begin▁of▁sentence｜>Be kind.<｜User｜>Tea?<｜Assistant｜><think>\nHm.\n</think>\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>kettle\n\`\`\`json\n${ARGS}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜><｜tool▁outputs▁begin｜><｜tool▁output▁begin｜>It hums.<｜tool▁output▁end｜><｜tool▁outputs▁end｜>Soon.<｜end▁of▁sentence｜>`,
    [
      `<think>\nHm.\n</think>\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>kettle\n\`\`\`json\n${ARGS}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>`,
      'Soon.<｜end▁of▁sentence｜>',
    ],
  ],
  [
    'GLM, which ends a turn with the mark of the next',
    '[gMASK]<sop><|user|>\nTea?<|assistant|>\n<think>Hm.</think>\n<tool_call>stop\n</tool_call><|observation|>\n<tool_response>\nOff.\n</tool_response><|assistant|>\n<think></think>\nSoon.<|user|>',
    [
      '\n<think>Hm.</think>\n<tool_call>stop\n</tool_call><|observation|>',
      '\n<think></think>\nSoon.<|user|>',
    ],
  ],
  [
    'Kimi',
    `<|im_user|>user<|im_middle|>Tea?<|im_end|><|im_assistant|>assistant<|im_middle|><|tool_calls_section_begin|><|tool_call_begin|>functions.kettle:0<|tool_call_argument_begin|>${ARGS}<|tool_call_end|><|tool_calls_section_end|><|im_end|><|im_system|>kettle<|im_middle|>## Return of functions.kettle:0\nIt hums.<|im_end|><|im_assistant|>assistant<|im_middle|>Soon.<|im_end|>`,
    [
      `<|tool_calls_section_begin|><|tool_call_begin|>functions.kettle:0<|tool_call_argument_begin|>${ARGS}<|tool_call_end|><|tool_calls_section_end|><|im_end|>`,
      'Soon.<|im_end|>',
    ],
  ],
  [
    'Harmony',
    `<|start|>user<|message|>Tea?<|end|><|start|>assistant<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.kettle <|constrain|>json<|message|>${ARGS}<|call|><|start|>functions.kettle to=assistant<|channel|>commentary<|message|>It hums.<|end|><|start|>assistant<|channel|>final<|message|>Soon.<|return|>`,
    [
      `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.kettle <|constrain|>json<|message|>${ARGS}<|call|>`,
      '<|channel|>final<|message|>Soon.<|return|>',
    ],
  ],
  [
    'MiniMax',
    ']~!b[]~b]system\nBe kind.[e~[\n]~b]user\nTea?[e~[\n]~b]ai\n<think>\nHm.\n</think>\n\nSoon.[e~[\n',
    ['<think>\nHm.\n</think>\n\nSoon.[e~['],
  ],
  [
    'Mistral',
    `<s>[INST] Tea?[/INST][TOOL_CALLS] [{"name": "kettle", "arguments": ${ARGS}}]</s>[TOOL_RESULTS] {"content": "It hums.", "call_id": "abcdefghi"}[/TOOL_RESULTS] Soon.</s>`,
    [`[TOOL_CALLS] [{"name": "kettle", "arguments": ${ARGS}}]</s>`, 'Soon.</s>'],
  ],
  [
    'Gemma',
    '<bos><start_of_turn>user\nTea?<end_of_turn>\n<start_of_turn>model\nYes.<end_of_turn>\n',
    ['Yes.<end_of_turn>'],
  ],
  [
    'Command R7B',
    '<BOS_TOKEN><|START_OF_TURN_TOKEN|><|USER_TOKEN|>Tea?<|END_OF_TURN_TOKEN|><|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_RESPONSE|>Soon.<|END_RESPONSE|><|END_OF_TURN_TOKEN|>',
    ['<|START_RESPONSE|>Soon.<|END_RESPONSE|><|END_OF_TURN_TOKEN|>'],
  ],
  [
    'Granite',
    '<|start_of_role|>user<|end_of_role|>Tea?<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|>Soon.<|end_of_text|>\n',
    ['Soon.<|end_of_text|>'],
  ],
  [
    'Vicuna',
    'Be kind. USER: Tea? ASSISTANT: Yes.</s>USER: Milk? ASSISTANT: No.</s>',
    ['Yes.</s>', 'No.</s>'],
  ],
  ['Alpaca', '### Instruction:\nTea?\n\n### Response:\nYes.', ['Yes.EOT']],
])('the agent learns its own marks and the end of its turn: %s', (_, text, turns) => {
  expect(learnt(text)).toEqual(turns);
});
