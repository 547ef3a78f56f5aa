import { describe, expect, it } from 'vitest';
import { PLAIN, REWRITING } from './chatTemplates.ts';
import { CONVERSATION, renderedChat } from './renderedChat.ts';

const FOLLOW_UP = [
  ...CONVERSATION,
  { role: 'user', content: 'Thanks!' },
  { role: 'assistant', reasoning_content: 'Polite.', content: 'Welcome.' },
];

describe('samples of renderChat', () => {
  it('makes a sample of each turn where the template rewrites earlier ones', async () => {
    expect(await renderedChat(REWRITING, FOLLOW_UP)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>


      <tool_call>
      {"name": "⟩⟨a:weather⟩⟨a~", "arguments": ⟩⟨a:{"city": "東京 \\"x\\"\\n", "days": 1.0}⟩⟨a~}
      </tool_call><|im_end|>⟩
      =====
      <|im_start|>system
      Be kind.<|im_end|>
      <|im_start|>user
      Weather in 東京? 😀<|im_end|>
      <|im_start|>assistant
      <think>
      I must look.
      </think>


      <tool_call>
      {"name": "weather", "arguments": {"city": "東京 \\"x\\"\\n", "days": 1.0}}
      </tool_call><|im_end|>
      <|im_start|>user
      <tool_response>
      ⟨o:{"sky": "clear"}⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩
      =====
      <|im_start|>system
      Be kind.<|im_end|>
      <|im_start|>user
      Weather in 東京? 😀<|im_end|>
      <|im_start|>assistant

      <tool_call>
      {"name": "weather", "arguments": {"city": "東京 \\"x\\"\\n", "days": 1.0}}
      </tool_call><|im_end|>
      <|im_start|>user
      <tool_response>
      {"sky": "clear"}
      </tool_response><|im_end|>
      <|im_start|>assistant
      It is clear.<|im_end|>
      <|im_start|>user
      ⟨x:Thanks!⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Polite.⟩⟨a~
      </think>

      ⟩⟨a:Welcome.⟩⟨a~<|im_end|>⟩"
    `);
  });

  it('rejects by name what a whole sample would lose', async () => {
    expect(await renderedChat(REWRITING, FOLLOW_UP, { samples: 'whole' })).toMatchInlineSnapshot(
      `"not-placed: the chat template does not show the text "I must look." of turn 1; data.samples: per_turn or data.render: react may"`,
    );
  });

  it('makes a sample of each turn when asked to, and of the supervised ones only', async () => {
    const options = { samples: 'per_turn', trainOn: 'last' } as const;
    expect(await renderedChat(PLAIN, CONVERSATION, options)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      <think>
      I must look.
      </think>

      <tool_call>
      {"name": "weather", "arguments": {"city":"東京 \\"x\\"\\n","days":1.0}}
      </tool_call><|im_end|>
      <|im_start|>tool
      ⟨o:{"sky": "clear"}⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩"
    `);
  });
});
