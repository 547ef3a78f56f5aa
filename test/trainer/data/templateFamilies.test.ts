import type { Parsed, Trajectory } from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameJson } from '../../../trainer/src/data/render/argumentsValue.ts';
import { formsFor } from '../../../trainer/src/data/render/chatForms.ts';
import { plainMessages, planMessages } from '../../../trainer/src/data/render/chatPlan.ts';
import type { Rendered, RenderResult } from '../../../trainer/src/data/render/rendered.ts';
import { FAMILIES } from './families/families.ts';
import { openFamily } from './families/openFamily.ts';
import { renderedFamily } from './families/renderedFamily.ts';
import { conversation } from './trajectories.ts';

const RUNS = { seed: 11, numRuns: 25 };

/** With results in which nothing is said, and a system prompt at times. */
const chats = fc
  .tuple(conversation, fc.boolean(), fc.infiniteStream(fc.integer({ min: 0, max: 3 })))
  .map(([messages, hasSystem, dice]) => [
    ...(hasSystem ? [{ role: 'system', content: 'Be brief.' }] : []),
    ...messages.map((message) =>
      message['role'] === 'tool' && dice.next().value === 0 ? { ...message, content: '' } : message,
    ),
  ]);

const oneCall = chats.map((messages) =>
  messages
    .filter(({ tool_call_id: id }) => typeof id !== 'string' || id.endsWith('-0'))
    .map((one) => {
      const calls = one['tool_calls'];
      return Array.isArray(calls) ? { ...one, tool_calls: calls.slice(0, 1) as unknown[] } : one;
    }),
);

describe.each(FAMILIES)('$name', (family) => {
  it('keeps every message of a trajectory, in order', async () => {
    const { template } = await openFamily(family);
    fc.assert(
      fc.property(chats, (messages) => {
        const { trajectory, parsed } = renderedFamily(
          { template, tokenizer: { special: { all: [] } } as never },
          messages,
        );
        // Also what is a picture only, or nothing at all.
        const silent = trajectory.messages.map((one) => ({ ...one, pieces: [] }));
        for (const messages of [trajectory.messages, silent]) {
          const some = { ...trajectory, messages };
          for (const form of formsFor(some, template.traits)) {
            const plan = plainMessages(
              planMessages(some, parsed.spans, { form, shown: new Set() }),
            );
            expect(plan.map(({ role }) => role)).toEqual(wantedRoles(some, form));
          }
        }
      }),
      RUNS,
    );
  });

  it.each([
    ['any calls', chats],
    ['one call a turn', oneCall],
  ])('learns all that is said, up to a token at which a server stops: %s', async (_, some) => {
    const opened = await openFamily(family);
    fc.assert(
      fc.property(some, fc.constantFrom('auto', 'keep', 'strip'), (messages, reasoningHistory) => {
        const options = { reasoningHistory } as const;
        const { result, parsed, trajectory } = renderedFamily(opened, messages, options);
        if (!result.ok) {
          expect(result.message).toMatch(/refuses it|does not show|cannot be told/);
          expect(family.refuses ?? false).toBe(true);
          return;
        }
        for (const { text, segments } of result.texts) {
          for (const end of turnEnds(segments)) {
            expect(family.stops.some((stop) => text.slice(0, end).endsWith(stop))).toBe(true);
          }
        }
        compareSaid(result.texts, wantedSaid(parsed, trajectory));
      }),
      RUNS,
    );
  });

  it('never changes what was learnt when a conversation goes on', async () => {
    const opened = await openFamily(family);
    const { tokenizer } = opened;
    await fc.assert(
      fc.asyncProperty(oneCall, async (messages) => {
        const whole = renderedFamily(opened, messages).result;
        // Messages of the agent that follow each other are one turn.
        const cut = messages.findLastIndex(
          ({ role }, n) => role === 'assistant' && messages[n - 1]?.['role'] !== 'assistant',
        );
        const before = messages.slice(0, cut);
        if (!before.some(({ role }) => role === 'assistant') || !whole.ok) return;
        const part = renderedFamily(opened, before).result;
        if (!part.ok) throw new Error(part.message);
        // What comes later may have the whole record said in another form.
        if (formOf(part) !== formOf(whole)) return;
        const [first, later] = [learntTexts(part.texts), learntTexts(whole.texts)];
        for (const [n, text] of first.entries()) {
          const [a, b] = [await tokenizer.encode(text), await tokenizer.encode(later[n]!)];
          expect(Array.from(b.ids)).toEqual(Array.from(a.ids));
        }
      }),
      RUNS,
    );
  });
});

function formOf(result: RenderResult & { ok: true }): string {
  return result.notes
    .map(({ code }) => code)
    .filter((code) => code !== 'per-turn')
    .join();
}

function wantedRoles(
  { messages }: Trajectory,
  { tool, system }: { tool: boolean; system: boolean },
): string[] {
  const roles = messages.map(({ role }) => (role === 'tool' && !tool ? 'user' : role));
  return system ? roles : roles.filter((role) => role !== 'system');
}

type Segments = Rendered['segments'];

/** Where segments of the agent are followed by none. */
function turnEnds(segments: Segments): number[] {
  const own = segments.filter(({ kind }) => kind === 1 || kind === 2);
  return own.flatMap(({ end }, n) => (own[n + 1]?.start === end ? [] : [end]));
}

/** All that a turn's learnt tokens depend on, turn by turn. */
function learntTexts(texts: readonly Rendered[]): string[] {
  return texts.flatMap(({ text, segments }) => turnEnds(segments).map((end) => text.slice(0, end)));
}

function wantedSaid(parsed: Parsed, { messages }: Trajectory): string[] {
  return messages.flatMap((message) => {
    if (message.role !== 'assistant') return [];
    const isThought = ({ span }: { span: number }): boolean =>
      parsed.spans[span]!.kind === 'reasoning';
    const calls = message.calls.flatMap((call) => [call.name, call.arguments]);
    const thoughts = message.pieces.filter(isThought);
    const rest = message.pieces.filter((piece) => !isThought(piece));
    return [...thoughts, ...rest, ...calls].flatMap((piece) =>
      piece === null ? [] : [piece.text],
    );
  });
}

/** Contents one by one; arguments in a syntax of a template's own hold the names of the object's members. */
function compareSaid(texts: readonly Rendered[], wanted: string[]): void {
  const said = texts.flatMap(({ text, segments }) =>
    segments.flatMap(({ start, end, kind, glue }) =>
      glue || (kind !== 1 && kind !== 2) ? [] : [text.slice(start, end)],
    ),
  );
  let at = 0;
  for (const text of wanted) {
    const is = said[at];
    const same =
      is === text || (is !== undefined && (sameJson(is, text) || unescaped(is) === text));
    if (same || isOwnSyntax(text, is)) at++;
    else if (text !== '{}') expect([is, text]).toEqual([text, text]);
  }
  expect(at).toBe(said.length);
}

function isOwnSyntax(text: string, is: string | undefined): boolean {
  if (is === undefined || !text.startsWith('{') || text === '{}') return false;
  const names = Object.keys(JSON.parse(text) as object);
  return names.every((name) => is.includes(name));
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
