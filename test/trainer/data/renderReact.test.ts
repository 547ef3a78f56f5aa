import { parse } from '@deepcoder/trajectory';
import { describe, expect, it } from 'vitest';
import { policyFor } from '../../../trainer/src/data/render/policy.ts';
import { renderReact } from '../../../trainer/src/data/render/renderReact.ts';
import { marked } from './marked.ts';

function react(messages: unknown[]): string {
  const parsed = parse(JSON.stringify({ messages }), { format: 'openai_chat' });
  const trajectory = parsed.trajectories[0]!;
  const settings = {
    trainOn: 'all',
    answerAs: 'action',
    maskToolArguments: false,
    maskSteps: [],
  } as const;
  const policy = policyFor(parsed, trajectory, settings);
  return marked(renderReact(trajectory, parsed.spans, { policy, endOfText: '</s>' }));
}

const call = (name: string, id: string) => ({
  ...{ id, type: 'function' },
  function: { name, arguments: '{"q":"a\\n\\"b\\""}' },
});

describe('renderReact', () => {
  it('writes every content after its label, arguments as they stand', () => {
    expect(
      react([
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Who?\nAnd why?' },
        { role: 'assistant', content: 'I search.', tool_calls: [call('s', '1'), call('t', '2')] },
        { role: 'tool', tool_call_id: '2', content: 'second' },
        { role: 'tool', tool_call_id: '1', content: 'first' },
        { role: 'assistant', content: 'Me.' },
      ]),
    ).toMatchInlineSnapshot(`
      "⟨x:Be kind.⟩
      Task: ⟨x:Who?
      And why?⟩
      ⟨r~Thought: ⟩⟨r:I search.⟩⟨a~
      Action: ⟩⟨a:s⟩⟨a~
      Action Input: ⟩⟨a:{"q":"a\\n\\"b\\""}⟩⟨a~
      Action: ⟩⟨a:t⟩⟨a~
      Action Input: ⟩⟨a:{"q":"a\\n\\"b\\""}⟩⟨a~
      ⟩Observation: ⟨o:second⟩
      Observation: ⟨o:first⟩
      ⟨a~Final Answer: ⟩⟨a:Me.⟩⟨a~
      </s>⟩"
    `);
  });

  it('ends with the environment where the trajectory does', () => {
    expect(
      react([
        { role: 'user', content: 'Who?' },
        { role: 'assistant', content: '', tool_calls: [call('s', '1')] },
        { role: 'tool', tool_call_id: '1', content: 'me' },
      ]),
    ).toMatchInlineSnapshot(`
      "Task: ⟨x:Who?⟩
      ⟨a~Action: ⟩⟨a:s⟩⟨a~
      Action Input: ⟩⟨a:{"q":"a\\n\\"b\\""}⟩⟨a~
      ⟩Observation: ⟨o:me⟩
      "
    `);
  });

  it('is read again by the parser as the same kinds', () => {
    const text = react([
      { role: 'user', content: 'Who?' },
      { role: 'assistant', reasoning_content: 'I think.', content: 'Me.' },
    ]);
    const plain = text.replace(/⟨.[:~]|⟩|<\/s>/g, '');
    expect(parse(plain).spans.map(({ kind }) => kind)).toEqual(['task', 'reasoning', 'answer']);
  });
});
