import { parse, type ParseOptions } from '@deepcoder/trajectory';
import { describe, expect, it } from 'vitest';
import { foreignLabels } from '../../../trainer/src/data/render/foreignLabels.ts';
import { plainFile } from '../../../trainer/src/data/render/plainFile.ts';
import { policyFor, type PolicySettings } from '../../../trainer/src/data/render/policy.ts';
import { renderRaw } from '../../../trainer/src/data/render/renderRaw.ts';
import { marked } from './marked.ts';

const SETTINGS: PolicySettings = {
  trainOn: 'all',
  answerAs: 'action',
  maskToolArguments: false,
  maskSteps: [],
};

/** Every trajectory of a text as it would be trained on. */
function raw(
  text: string,
  settings: Partial<PolicySettings> = {},
  options: ParseOptions = {},
): string {
  const parsed = parse(text, options);
  return parsed.trajectories
    .map((trajectory) => {
      const policy = policyFor(parsed, trajectory, { ...SETTINGS, ...settings });
      const isForeign = foreignLabels(text, parsed);
      const file = { text, isForeign, spans: parsed.spans, labels: parsed.labels };
      return marked(renderRaw(trajectory, file, { policy, endOfText: '</s>' }));
    })
    .join('\n=====\n');
}

const EPISODE = `Task: put a mug in the fridge.
Thought: First I look at desk 1.
Action: go to desk 1
Observation: On the desk 1, you see a mug 2.
Thought: There it is. 😀
Action: take mug 2
`;

describe('colours of a console', () => {
  it('are not trained on, nor are zeros', () => {
    const shown = EPISODE.replace(/^(\w+:)/gm, '\u001b[36m$1\u001b[0m').replace(
      'desk',
      '\u001b[1mdesk\0\0',
    );
    const parsed = parse(shown);
    const file = plainFile({ text: shown, parsed, isForeign: foreignLabels(shown, parsed) });
    const { text, isForeign } = file;
    const policy = policyFor(parsed, parsed.trajectories[0]!, SETTINGS);
    const input = { text, isForeign, spans: file.parsed.spans, labels: file.parsed.labels };
    const rendered = renderRaw(file.parsed.trajectories[0]!, input, { policy, endOfText: '</s>' });
    expect(marked(rendered)).toBe(raw(EPISODE));
  });
});

describe('renderRaw', () => {
  it('supervises labels, line breaks and the end of the text with the content they belong to', () => {
    expect(raw(EPISODE)).toMatchInlineSnapshot(`
      "Task: ⟨x:put a mug in the fridge.⟩
      ⟨r~Thought: ⟩⟨r:First I look at desk 1.⟩⟨a~
      Action: ⟩⟨a:go to desk 1⟩⟨a~
      ⟩Observation: ⟨o:On the desk 1, you see a mug 2.⟩
      ⟨r~Thought: ⟩⟨r:There it is. 😀⟩⟨a~
      Action: ⟩⟨a:take mug 2⟩⟨a~
      </s>⟩"
    `);
  });

  it('keeps line ends as they stand', () => {
    expect(raw(EPISODE.replaceAll('\n', '\r\n'))).toBe(raw(EPISODE).replaceAll('\n', '\r\n'));
  });

  it('leaves an end by the environment unsupervised, without end of text', () => {
    expect(raw(`${EPISODE}Observation: Done.\n\n\n`)).toMatchInlineSnapshot(`
      "Task: ⟨x:put a mug in the fridge.⟩
      ⟨r~Thought: ⟩⟨r:First I look at desk 1.⟩⟨a~
      Action: ⟩⟨a:go to desk 1⟩⟨a~
      ⟩Observation: ⟨o:On the desk 1, you see a mug 2.⟩
      ⟨r~Thought: ⟩⟨r:There it is. 😀⟩⟨a~
      Action: ⟩⟨a:take mug 2⟩⟨a~
      ⟩Observation: ⟨o:Done.⟩"
    `);
  });

  it('takes the last turn only', () => {
    expect(raw(EPISODE, { trainOn: 'last' })).toMatchInlineSnapshot(`
      "Task: ⟨x:put a mug in the fridge.⟩
      Thought: First I look at desk 1.
      Action: go to desk 1
      Observation: ⟨o:On the desk 1, you see a mug 2.⟩
      ⟨r~Thought: ⟩⟨r:There it is. 😀⟩⟨a~
      Action: ⟩⟨a:take mug 2⟩⟨a~
      </s>⟩"
    `);
  });

  it('takes several trajectories of a file apart', () => {
    const text = `------ CORRECT ------

Question: Who?
Thought 1: I search.
Action 1: Search[who]
Observation 1:
Thought 2: Now I know.
Action 2: Finish[me]

------ WRONG ------

Question: What?
Thought 1: No idea.
Action 1: Finish[nothing]
`;
    expect(raw(text)).toMatchInlineSnapshot(`
      "Question: ⟨x:Who?⟩
      ⟨r~Thought 1: ⟩⟨r:I search.⟩⟨a~
      Action 1: ⟩⟨a:Search[who]⟩⟨a~
      ⟩Observation 1:
      ⟨r~Thought 2: ⟩⟨r:Now I know.⟩⟨a~
      Action 2: ⟩⟨a:Finish[me]⟩⟨a~
      </s>⟩
      =====
      Question: ⟨x:What?⟩
      ⟨r~Thought 1: ⟩⟨r:No idea.⟩⟨a~
      Action 1: ⟩⟨a:Finish[nothing]⟩⟨a~
      </s>⟩"
    `);
  });

  it('knows the labels of any language by what follows them, also where nothing does', () => {
    const rules = [
      { kind: 'reasoning', pattern: '思考：' },
      { kind: 'action', pattern: '行动：' },
      { kind: 'observation', pattern: '观察：' },
    ] as const;
    const text = '思考：看\n行动：走\n观察：\n思考：再看\n行动：走\n观察：门\n思考：\n行动：开\n';
    const options = { format: 'label_rules', rules: { rules: [...rules] } };
    expect(raw(text, {}, options)).toMatchInlineSnapshot(`
      "⟨r~思考：⟩⟨r:看⟩⟨a~
      行动：⟩⟨a:走⟩⟨a~
      ⟩观察：
      ⟨r~思考：⟩⟨r:再看⟩⟨a~
      行动：⟩⟨a:走⟩⟨a~
      ⟩观察：⟨o:门⟩
      ⟨a~思考：
      行动：⟩⟨a:开⟩⟨a~
      </s>⟩"
    `);
  });

  it('takes what closes a call into the turn, and no heading above it', () => {
    const text =
      "> Entering new AgentExecutor chain...\n\nInvoking: `find` with `{'city': 'LA'}`\n\n";
    expect(raw(text, {}, { format: 'langchain_text' })).toMatchInlineSnapshot(`
      "> Entering new AgentExecutor chain...

      ⟨a~Invoking: \`⟩⟨a:find⟩⟨a~\` with \`⟩⟨a:{'city': 'LA'}⟩⟨a~\`
      </s>⟩"
    `);
  });

  it('opens a turn after the header that a server writes, and ends it with its token', () => {
    const text = `<|im_start|>system
Be kind.<|im_end|>
<|im_start|>user
Who?<|im_end|>
<|im_start|>assistant
<think>
I search.
</think>
<tool_call>
{"name": "search", "arguments": {"q": "who"}}
</tool_call><|im_end|>
<|im_start|>user
<tool_response>
me
</tool_response><|im_end|>
<|im_start|>assistant
<think>Known.</think>
<answer>me</answer><|im_end|>
`;
    expect(raw(text)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Who?⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I search.⟩⟨a~
      </think>
      <tool_call>
      {"name": "⟩⟨a:search⟩⟨a~", "arguments": ⟩⟨a:{"q": "who"}⟩⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>user
      <tool_response>
      ⟨o:me⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>⟩⟨r:Known.⟩⟨a~</think>
      <answer>⟩⟨a:me⟩⟨a~</answer><|im_end|>⟩"
    `);
    expect(raw(text, { trainOn: 'answer', answerAs: 'reasoning' })).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Who?⟩<|im_end|>
      <|im_start|>assistant
      <think>
      I search.
      </think>
      <tool_call>
      {"name": "search", "arguments": {"q": "who"}}
      </tool_call><|im_end|>
      <|im_start|>user
      <tool_response>
      ⟨o:me⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>⟩⟨r:Known.⟩⟨r~</think>
      <answer>⟩⟨r:me⟩⟨r~</answer><|im_end|>⟩"
    `);
    expect(raw(text, { maskToolArguments: true })).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Who?⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I search.⟩⟨a~
      </think>
      <tool_call>
      {"name": "⟩⟨a:search⟩", "arguments": {"q": "who"}⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>user
      <tool_response>
      ⟨o:me⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>⟩⟨r:Known.⟩⟨a~</think>
      <answer>⟩⟨a:me⟩⟨a~</answer><|im_end|>⟩"
    `);
  });
});

describe('line breaks behind the header of the agent', () => {
  it.each([
    [
      'are the server’s two of Llama 3',
      '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nYes.<|eot_id|>',
      '<|start_header_id|>assistant<|end_header_id|>\n\n⟨a:Yes.⟩⟨a~<|eot_id|>⟩',
    ],
    [
      'are the model’s own of GLM',
      '[gMASK]<sop><|user|>\nHi<|assistant|>\n<think>So.</think>\nYes.<|user|>',
      '<|assistant|>⟨r~\n<think>⟩⟨r:So.⟩',
    ],
    [
      'are the server’s of Zephyr',
      '<|user|>\nHi</s>\n<|assistant|>\nYes.</s>',
      '<|assistant|>\n⟨a:Yes.⟩⟨a~</s>⟩',
    ],
  ])('%s', (_, text, shown) => {
    expect(raw(text)).toContain(shown);
  });
});
