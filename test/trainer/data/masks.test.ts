import { parse, type Parsed } from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAgentKind, KIND, trainedAs } from '@deepcoder/vocabulary';
import { openChatTemplate } from '../../../trainer/src/data/render/chatTemplate.ts';
import { sameJson } from '../../../trainer/src/data/render/argumentsValue.ts';
import {
  renderRecord,
  type RenderSettings,
} from '../../../trainer/src/data/render/renderRecord.ts';
import type { Rendered } from '../../../trainer/src/data/render/rendered.ts';
import { tokenKinds } from '../../../trainer/src/data/tokenKinds.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';
import { OWN_SYNTAX, PLAIN, REWRITING } from './chatTemplates.ts';
import { conversation } from './trajectories.ts';

const tokenizerFor = (chatTemplate: string | null) =>
  createTokenizer({
    place: 'm',
    tokenizer: byteTokenizerJson({
      special: ['</s>', '<|im_start|>', '<|im_end|>'],
      merges: ['Ġ t', 'Ċ Ċ', 'Ġ Ġ', '} Ċ', '" }'],
    }),
    tokenizerConfig: '{"eos_token": "</s>"}',
    chatTemplate,
    bosTokenId: null,
    eosTokenId: null,
  });

/** What the agent says, decoded, in the order of generation, with the kind that it trains as. */
function said(parsed: Parsed): { kind: number; text: string }[] {
  return parsed.trajectories[0]!.messages.flatMap((message) => {
    if (message.role !== 'assistant') return [];
    const calls = message.calls.flatMap((call) => [call.name, call.arguments]);
    const texts = [...message.pieces].sort(
      (a, b) =>
        Number(parsed.spans[a.span]!.kind !== 'reasoning') -
        Number(parsed.spans[b.span]!.kind !== 'reasoning'),
    );
    return [...texts, ...calls].flatMap((piece) =>
      piece === null
        ? []
        : [{ kind: KIND[trainedAs(parsed.spans[piece.span]!.kind, 'action')], text: piece.text }],
    );
  });
}

/** The content of the agent's segments; a template's own syntax for arguments is left out. */
function supervised(texts: readonly Rendered[]): { kind: number; text: string }[] {
  return texts.flatMap(({ text, segments }) =>
    segments.flatMap(({ start, end, kind, glue }) =>
      glue || (kind !== KIND.reasoning && kind !== KIND.action)
        ? []
        : [{ kind, text: text.slice(start, end) }],
    ),
  );
}

describe.each([
  ['react', 'react', null],
  ['chat, tags in the content', 'chat', PLAIN],
  ['chat, a template that rewrites', 'chat', REWRITING],
  ['chat, arguments in a syntax of its own', 'chat', OWN_SYNTAX],
] as const)('masks of any trajectory: %s', (_, render, source) => {
  it('hold all that the agent says, once, in order; tokens have one kind at most', async () => {
    const tokenizer = await tokenizerFor(source);
    const template = source === null ? null : openChatTemplate(tokenizer);
    const settings: RenderSettings = {
      ...{ render, samples: 'auto', reasoningHistory: 'auto', trainOn: 'all' },
      ...{ answerAs: 'action', maskToolArguments: false, maskSteps: [] },
    };
    await fc.assert(
      fc.asyncProperty(conversation, async (messages) => {
        const text = JSON.stringify({ messages });
        const parsed = parse(text, { format: 'openai_chat' });
        const trajectory = parsed.trajectories[0]!;
        const result = renderRecord({ text, parsed, isForeign: () => false }, trajectory, {
          settings,
          vision: null,
          tokenizer,
          template,
        });
        if (!result.ok) {
          expect(parsed.spans.some(({ kind }) => isAgentKind(kind))).toBe(false);
          return;
        }
        const [is, wanted] = [supervised(result.texts), said(parsed)];
        if (source !== OWN_SYNTAX) {
          expect(is.map(({ kind }) => kind)).toEqual(wanted.map(({ kind }) => kind));
          is.forEach(({ text }, i) => {
            const same = text === wanted[i]!.text || sameJson(text, wanted[i]!.text);
            expect([same, text, wanted[i]!.text]).toEqual([true, text, wanted[i]!.text]);
          });
        }
        for (const rendered of result.texts) {
          let end = 0;
          for (const segment of rendered.segments) {
            expect(segment.start).toBeGreaterThanOrEqual(end);
            expect(segment.end).toBeGreaterThan(segment.start);
            end = segment.end;
          }
          expect(end).toBeLessThanOrEqual(rendered.text.length);
          const { ids, offsets } = await tokenizer.encode(rendered.text);
          const { kinds, glue } = tokenKinds(rendered.text, offsets, rendered.segments);
          expect(kinds.length).toBe(ids.length);
          kinds.forEach((kind, token) => {
            const reasoning = kind === KIND.reasoning ? 1 : 0;
            const action = kind === KIND.action ? 1 : 0;
            expect(reasoning + action).toBeLessThanOrEqual(1);
            // Glue is always in the agent's turn.
            if (glue[token] === 1) expect(reasoning + action).toBe(1);
          });
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});
