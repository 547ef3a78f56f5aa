import { describe, expect, it } from 'vitest';
import {
  FORGETFUL,
  HEADERS,
  ONE_CALL,
  OWN_SYNTAX,
  PLAIN,
  REWRITING,
  STRICT,
} from './chatTemplates.ts';
import { call, CONVERSATION, openTemplate, renderedChat } from './renderedChat.ts';

describe('renderChat', () => {
  it('writes reasoning and calls as tags where the template knows neither', async () => {
    expect(await renderedChat(PLAIN, CONVERSATION)).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>

      <tool_call>
      {"name": "⟩⟨a:weather⟩⟨a~", "arguments": ⟩⟨a:{"city":"東京 \\"x\\"\\n","days":1.0}⟩⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>tool
      ⟨o:{"sky": "clear"}⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩
      "
    `);
  });

  it('has a template for tokenizers that know the tokens of ChatML', async () => {
    expect(await renderedChat(null, CONVERSATION)).toBe(await renderedChat(PLAIN, CONVERSATION));
  });

  it('gives reasoning and calls to a template that knows them, and finds re-spaced arguments', async () => {
    expect(await renderedChat(REWRITING, CONVERSATION)).toMatchInlineSnapshot(`
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
      <|im_start|>user
      <tool_response>
      ⟨o:{"sky": "clear"}⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|im_end|>⟩
      "
    `);
  });

  it('finds contents that the template escapes, trims, repeats or heads otherwise', async () => {
    expect(await renderedChat(HEADERS, CONVERSATION)).toMatchInlineSnapshot(`
      "<s><|start_header_id|>system<|end_header_id|>

      Today: 26 Jul 2024
      ⟨x:Be kind.⟩<|eot_id|><|start_header_id|>user<|end_header_id|>

      ⟨x:Weather in 東京? 😀⟩<|eot_id|><|start_header_id|>assistant<|end_header_id|>

      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>{"name": "⟩⟨a:weather⟩⟨a~", "parameters": ⟩⟨a:{"city": "東京 \\"x\\"\\n", "days": 1.0}⟩⟨a~}<|eom_id|>⟩<|start_header_id|>ipython weather<|end_header_id|>

      "⟨o:{\\"sky\\": \\"clear\\"}⟩"<|eot_id|><|start_header_id|>assistant<|end_header_id|>

      ⟨r~<think>
      ⟩⟨r:Clear, then.⟩⟨a~
      </think>

      ⟩⟨a:It is clear.⟩⟨a~<|eot_id|>⟩"
    `);
  });

  it('writes a thought before a call where the template cannot show it beside one', async () => {
    expect(await renderedChat(ONE_CALL, CONVERSATION.slice(0, 3))).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>

      ⟩⟨a:weather⟩⟨a~ ⟩⟨a:{"city": "東京 \\"x\\"\\n", "days": 1.0}⟩⟨a~<|im_end|>⟩"
    `);
  });

  it('writes the calls of a record as tags where the template shows one of them only', async () => {
    const messages = [
      { role: 'user', content: 'Go.' },
      { role: 'assistant', content: null, tool_calls: [call('f', '{}'), call('g', '{}', 'c2')] },
    ];
    expect(await renderedChat(ONE_CALL, messages)).toBe(await renderedChat(PLAIN, messages));
  });

  it('puts a turn together where the template forgets its thought', async () => {
    expect(await renderedChat(FORGETFUL, CONVERSATION.slice(0, 3))).toMatchInlineSnapshot(`
      "<|im_start|>system
      ⟨x:Be kind.⟩<|im_end|>
      <|im_start|>user
      ⟨x:Weather in 東京? 😀⟩<|im_end|>
      ⟨r~<|im_start|>assistant
      <think>
      ⟩⟨r:I must look.⟩⟨a~
      </think>

      <tool_call>
      {"name": "⟩⟨a:weather⟩⟨a~", "arguments": ⟩⟨a:{"city":"東京 \\"x\\"\\n","days":1.0}⟩⟨a~}
      </tool_call><|im_end|>⟩"
    `);
  });

  it('rejects by name what a whole sample would lose', async () => {
    const options = { samples: 'whole' } as const;
    expect(await renderedChat(FORGETFUL, CONVERSATION, options)).toMatchInlineSnapshot(
      `"not-placed: the chat template does not show the text "I must look." of turn 1; data.samples: per_turn or data.render: react may"`,
    );
  });

  it('says what the template refuses', async () => {
    const messages = [
      { role: 'assistant', content: 'One.' },
      { role: 'user', content: 'Two.' },
      { role: 'assistant', content: 'Three.' },
    ];
    expect(await renderedChat(STRICT, messages)).toMatchInlineSnapshot(
      `"template-refused: the chat template refuses it: user and assistant must take turns"`,
    );
  });

  it('merges messages for a template that wants strict turns and no system', async () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'One.' },
      { role: 'user', content: 'Two.' },
      { role: 'assistant', content: 'Three.' },
    ];
    expect(await renderedChat(STRICT, messages)).toMatchInlineSnapshot(`
      "<s>[INST] ⟨x:Be kind.⟩

      ⟨x:One.⟩

      ⟨x:Two.⟩ [/INST]⟨a~ ⟩⟨a:Three.⟩⟨a~</s>⟩"
    `);
  });

  it('finds arguments in a syntax of its own', async () => {
    const args = '{"path": "a b", "lines": [1, 2], "text": "x\\ny"}';
    const messages = [
      { role: 'user', content: 'Edit.' },
      {
        role: 'assistant',
        content: 'I edit.',
        tool_calls: [call('edit', args), call('run', '{}', 'c2')],
      },
    ];
    expect(await renderedChat(OWN_SYNTAX, messages)).toMatchInlineSnapshot(`
      "<|im_start|>user
      ⟨x:Edit.⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:I edit.⟩⟨a~
      </think>
      <function=⟩⟨a:edit⟩⟨a~><parameter=⟩⟨a:path>
      a b
      </parameter><parameter=lines>
      [1, 2]
      </parameter><parameter=text>
      x
      y⟩⟨a~
      </parameter></function><function=⟩⟨a:run⟩⟨a~></function><|im_end|>⟩
      "
    `);
  });

  it.each([
    ['a long number', '{"id": 12345678901234567890}', '{"id": 12345678901234567890}'],
    ['a float that is whole', '{"x":1.0,"y":-2e3}', '{"x": 1.0, "y": -2e3}'],
    ['a number in quotes', '{"x":"1.0"}', '{"x": "1.0"}'],
    ['no JSON at all', 'ls -l {', 'ls -l {'],
    ['a list', '[1, 2]', '[1, 2]'],
    ['nothing', '{}', '{}'],
    ['another nesting', '{"a":{"b":["}{",{"c":null}]}}', '{"a": {"b": ["}{", {"c": null}]}}'],
    ['a name that stands elsewhere too', '{"arguments":"arguments"}', '{"arguments": "arguments"}'],
  ])('keeps arguments as they are: %s', async (_, args, shown) => {
    const messages = [
      { role: 'user', content: 'Go.' },
      { role: 'assistant', content: 'I go.', tool_calls: [call('f', args)] },
    ];
    expect(await renderedChat(REWRITING, messages)).toContain(`"arguments": ⟩⟨a:${shown}⟩`);
  });

  it('does not take text that looks like a place for one', async () => {
    const messages = [
      { role: 'user', content: 'ls' },
      { role: 'assistant', content: 'ls', tool_calls: [call('ls', '{"ls": "ls"}')] },
      { role: 'tool', tool_call_id: 'c1', content: 'ls' },
      { role: 'assistant', content: 'ls' },
    ];
    expect(await renderedChat(REWRITING, messages)).toMatchInlineSnapshot(`
      "<|im_start|>user
      ⟨x:ls⟩<|im_end|>
      <|im_start|>assistant
      ⟨r~<think>
      ⟩⟨r:ls⟩⟨a~
      </think>


      <tool_call>
      {"name": "⟩⟨a:ls⟩⟨a~", "arguments": ⟩⟨a:{"ls": "ls"}⟩⟨a~}
      </tool_call><|im_end|>⟩
      <|im_start|>user
      <tool_response>
      ⟨o:ls⟩
      </tool_response><|im_end|>
      <|im_start|>assistant
      ⟨a~<think>

      </think>

      ⟩⟨a:ls⟩⟨a~<|im_end|>⟩
      "
    `);
  });

  it('writes the same text every day', async () => {
    const { template } = await openTemplate(HEADERS);
    expect(template.render([{ role: 'system', content: 'S' }])).toContain('Today: 26 Jul 2024');
  });

  it('names a template that cannot be read', async () => {
    await expect(openTemplate('{% for %}')).rejects.toMatchObject({ code: 'template-unusable' });
    const counting = '{% for i in range(1000000000) %}{% endfor %}';
    await expect(openTemplate(counting)).rejects.toMatchObject({ code: 'template-unusable' });
  });
});
