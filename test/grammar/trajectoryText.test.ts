import { beforeAll, expect, test } from 'vitest';
import type { IGrammar } from 'vscode-textmate';
import { loadGrammar, tokens } from './tokenize.ts';

let grammar: IGrammar;
beforeAll(async () => {
  grammar = await loadGrammar('trajectory-text.tmLanguage.json');
});

test('labelled text: content keeps its scope over lines, until the next label', () => {
  expect(
    tokens(
      grammar,
      `Task: find the key
Thought 1: look at Action items
for a while
Action 1: go[north]
Observation 1: a door

and a key
Final Answer: the key
---
Question: next`,
    ),
  ).toMatchInlineSnapshot(`
    "
    Task:  keyword.other.label.task.trajectory
    find the key  entity.name.type.task.trajectory
    Thought  keyword.other.label.reasoning.trajectory
    1  keyword.other.label.reasoning.trajectory constant.numeric.step.trajectory
    :  keyword.other.label.reasoning.trajectory
    look at Action items  markup.italic.reasoning.trajectory
    for a while  markup.italic.reasoning.trajectory
    Action  keyword.other.label.action.trajectory
    1  keyword.other.label.action.trajectory constant.numeric.step.trajectory
    :  keyword.other.label.action.trajectory
    go  meta.action.trajectory entity.name.function.action.trajectory
    [  meta.action.trajectory punctuation.section.arguments.begin.trajectory
    north  meta.action.trajectory variable.parameter.action.trajectory
    ]  meta.action.trajectory punctuation.section.arguments.end.trajectory
    Observation  keyword.other.label.observation.trajectory
    1  keyword.other.label.observation.trajectory constant.numeric.step.trajectory
    :  keyword.other.label.observation.trajectory
    a door  string.unquoted.observation.trajectory
    and a key  string.unquoted.observation.trajectory
    Final Answer:  keyword.other.label.answer.trajectory
    the key  constant.other.answer.trajectory
    ---  punctuation.separator.record.trajectory
    Question:  keyword.other.label.task.trajectory
    next  entity.name.type.task.trajectory
    "
  `);
});

test('tags and chat marks', () => {
  expect(
    tokens(
      grammar,
      `<|im_start|>assistant
<think>hm
hm</think>
<tool_call>
{"name": "ls"}
</tool_call><|im_end|>
<tool_response>a</tool_response>
<answer>b</answer>`,
    ),
  ).toMatchInlineSnapshot(`
    "
    <|im_start|>  punctuation.definition.turn.trajectory
    assistant  punctuation.definition.turn.trajectory keyword.control.role.trajectory
    <think>  keyword.other.label.reasoning.trajectory
    hm  markup.italic.reasoning.trajectory
    hm  markup.italic.reasoning.trajectory
    </think>  keyword.other.label.reasoning.trajectory
    <tool_call>  keyword.other.label.action.trajectory
    {"name": "ls"}  meta.action.trajectory
    </tool_call>  keyword.other.label.action.trajectory
    <|im_end|>  punctuation.definition.turn.trajectory
    <tool_response>  keyword.other.label.observation.trajectory
    a  string.unquoted.observation.trajectory
    </tool_response>  keyword.other.label.observation.trajectory
    <answer>  keyword.other.label.answer.trajectory
    b  constant.other.answer.trajectory
    </answer>  keyword.other.label.answer.trajectory
    "
  `);
});

test('games with a prompt', () => {
  expect(
    tokens(
      grammar,
      `You are in the middle of a room.
> think: first the drawer
OK.
> open drawer 1`,
    ),
  ).toMatchInlineSnapshot(`
    "
    You are in the middle of a room.
    >  punctuation.definition.prompt.trajectory
    think:  keyword.other.label.reasoning.trajectory
    first the drawer  markup.italic.reasoning.trajectory
    OK.
    >  punctuation.definition.prompt.trajectory
    open drawer 1  meta.action.trajectory entity.name.function.action.trajectory
    "
  `);
});

test('a label in the middle of a line is none', () => {
  expect(tokens(grammar, 'Thought: he said Action: go')).not.toContain('label.action');
});
