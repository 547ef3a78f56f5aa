import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, spanText } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';
import { serviceTokens } from '../../../trainer/src/commands/serviceTokens.ts';
import { REWRITING } from '../data/chatTemplates.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';

const NO_WORLD = { env: {}, programFolder: '/nowhere' };

const REACT = `Task: put the mug down.
Thought: Here it is, ein Becher für 🍵.
Action: put mug
Observation: Done.
Thought: That was all.
Action: finish
`;

const CHAT = `${JSON.stringify({
  messages: [
    { role: 'system', content: 'Be "brief".' },
    { role: 'user', content: 'Where\nis it?' },
    {
      ...{ role: 'assistant', content: null, reasoning_content: 'I look: "there".' },
      tool_calls: [
        { id: 'c1', function: { name: 'look', arguments: '{"at":  "the\\tshelf", "n": [1,2]}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'A mug\\n on it.' },
    { role: 'assistant', content: 'On the shelf.' },
  ],
})}\n`;

/** A folder with a byte tokenizer, a config and a file. */
function world({ name, text }: { name: string; text: string }) {
  const cwd = temporaryFolder();
  mkdirSync(path.join(cwd, 'tok'));
  const special = ['<|im_start|>', '<|im_end|>'];
  writeFileSync(path.join(cwd, 'tok/tokenizer.json'), byteTokenizerJson({ special }));
  const settings = { eos_token: '<|im_end|>', chat_template: REWRITING };
  writeFileSync(path.join(cwd, 'tok/tokenizer_config.json'), JSON.stringify(settings));
  writeFileSync(path.join(cwd, 'c.yaml'), `data: {train: [${name}]}\nstudent: {model: tok}\n`);
  writeFileSync(path.join(cwd, name), text);
  const place = { config: path.join(cwd, 'c.yaml'), set: [], cwd };
  const asDetected = { tokenizer: null, format: null, rules: null };
  return { file: path.join(cwd, name), text, place, sidecar: null, ...asDetected };
}

describe.each([
  ['raw', 'a.txt', REACT],
  ['react', 'a.txt', REACT],
  ['chat', 'a.txt', REACT],
  ['chat', 'a.jsonl', CHAT],
  ['react', 'a.jsonl', CHAT],
])('rendered as %s, %s', (render, name, text) => {
  const requested = () => {
    const request = world({ name, text });
    return { ...request, place: { ...request.place, set: [`data.render=${render}`] } };
  };

  test('the bytes of each content stand in the document where the tokens say', async () => {
    const request = requested();
    const { tokens, trouble } = await serviceTokens(NO_WORLD).preview({ ...request, traj: 0 });
    expect(trouble).toBeNull();
    const parsed = parse(text, { fileName: name });
    let shown = 0;
    tokens.span.forEach((span, token) => {
      const [start, end] = [tokens.start[token]!, tokens.end[token]!];
      expect(start).toBeLessThanOrEqual(end);
      if (span < 0 || start === end) return;
      const place = parsed.spans[span]!;
      expect(start).toBeGreaterThanOrEqual(place.start);
      expect(end).toBeLessThanOrEqual(place.end);
      const raw = text.slice(start, end);
      // Characters outside ASCII are several byte tokens, each with the whole character's place.
      // A template may write JSON with other white space.
      if (!raw.includes('\\')) expect(raw.trim()).toBe(tokens.text[token]!.trim());
      shown++;
    });
    expect(shown).toBeGreaterThan(50);
    for (const [index, { kind }] of parsed.spans.entries()) {
      const own = tokens.span.flatMap((span, token) => (span === index ? [token] : []));
      const isAgent = kind === 'reasoning' || kind === 'action' || kind === 'answer';
      expect(own.length).toBeGreaterThan(0);
      expect(own.every((token) => tokens.weight[token]! > 0)).toBe(isAgent);
    }
  });

  test('the counts are those of the preview', async () => {
    const request = requested();
    const service = serviceTokens(NO_WORLD);
    const { tokens } = await service.preview({ ...request, traj: 0 });
    const counts = await service.counts({ ...request, from: 0 }, new AbortController().signal);
    const parsed = parse(text, { fileName: name });
    expect(counts.spans).toEqual(
      parsed.spans.map((_, index) => tokens.span.filter((span) => span === index).length),
    );
    expect(counts.trajectories).toMatchObject([
      { traj: 0, tokens: tokens.id.length, truncated: 0, trouble: null },
    ]);
  });
});

test('in a text as it stands, each content has one token a byte', async () => {
  const request = world({ name: 'a.txt', text: REACT });
  const counts = await serviceTokens(NO_WORLD).counts(
    { ...request, from: 0 },
    new AbortController().signal,
  );
  const parsed = parse(REACT, { fileName: 'a.txt' });
  // The space before a content belongs to its label.
  expect(counts.spans).toEqual(
    parsed.spans.map((_, index) => Buffer.byteLength(spanText(REACT, parsed, index))),
  );
});

test.each([
  ['error', 'too-long', 'the run would stop', [20, 0]],
  ['drop', 'too-long', 'it is left out', [20, 0]],
  ['right', 'nothing-supervised', 'no supervised token is left', [20, 0]],
  ['left', 'too-long', 'cut off', [0, 20]],
])('what is too long is told, with truncate: %s', async (truncate, code, words, [kept]) => {
  const config = `data: {train: [a.txt], max_length: 20, truncate: ${truncate}}\n`;
  const request = world({ name: 'a.txt', text: REACT });
  writeFileSync(request.place.config, `${config}student: {model: tok}\n`);
  const { tokens, trouble } = await serviceTokens(NO_WORLD).preview({ ...request, traj: 0 });
  expect(trouble).toMatchObject({
    code,
    message: expect.stringContaining(words) as string,
  });
  expect(tokens.truncated.filter((one) => one === 0)).toHaveLength(20);
  expect(tokens.truncated[0]).toBe(kept === 0 ? 1 : 0);
});

test('without a tokenizer it says what to do', async () => {
  const request = world({ name: 'a.txt', text: REACT });
  const asked = serviceTokens(NO_WORLD).preview({ ...request, place: null, traj: 0 });
  await expect(asked).rejects.toThrow(/name one in a config/);
});
