import { describe, expect, it } from 'vitest';
import { yamlMessage } from '../../configs/src/yamlErrors.ts';
import { load, MINIMAL, problemLines } from './loadHelper.ts';

describe('merge keys', () => {
  const own = async (text: string) => (await load(MINIMAL + text)).yaml?.weights;

  it('take in a map, under what stands beside them, wherever it stands', async () => {
    const text = 'weights: {action: 3, <<: {action: 2, labels: 0.5}}';
    expect(await own(text)).toMatchObject({ action: 3, labels: 0.5, reasoning: 1 });
  });

  it('take in aliases and lists of them, the first over the rest', async () => {
    const text = `environments:
  one: {weights: &one {action: 2}}
  two: {weights: &two {action: 4, labels: 0.25}}
weights: {<<: [*one, *two], reasoning: 5}`;
    expect(await own(text)).toMatchObject({ action: 2, labels: 0.25, reasoning: 5 });
  });

  it('are texts like any other in quotes', async () => {
    const loaded = await load(`${MINIMAL}data2: {"<<": {a: 1}}`);
    expect(loaded.problems.map(({ code }) => code)).toEqual(['config/unknown-key']);
  });

  it('keep the place of what they take in', async () => {
    const loaded = await load(`${MINIMAL}weights: {<<: {action: -1}}`);
    expect(problemLines(loaded)).toEqual([
      'main.yaml:3:24 config/value weights.action: must be a number from 0 to 1000, got -1',
    ]);
  });
});

describe('what is wrong with a text', () => {
  it.each([
    ['x: [1', /a bracket is closed/],
    ['x: "\\q"', /no such escape/],
    ['x: "a', /missing before this/],
    ['x: {a: 1', /a bracket is closed/],
    ['x: a: b', /second "key: value"/],
    ['x:\n\ty: 1', /wants spaces/],
    ['x: 1\nx: 2', /twice/],
    ['x: 1\n---\ny: 2', /more than one YAML document/],
    ['x: *nowhere', /names an anchor/],
    ['x: @a', /cannot begin with this character/],
    ['x: &a &b 1', /two anchors/],
    ['x: 1\n  y: 2', /./],
    ['- a\nx: 1', /./],
  ])('%j: in our words', async (text, words) => {
    const { problems } = await load(text);
    expect(problems[0]).toMatchObject({
      code: 'config/yaml',
      message: expect.stringMatching(words) as string,
    });
    for (const { message } of problems) {
      expect(message).not.toMatch(
        /YAML\.parse|parseAll|Nested mappings|Flow map|Implicit|collection/,
      );
    }
  });

  it('says nothing of its own for a code that it does not know', () => {
    expect(yamlMessage({ code: 'IMPOSSIBLE' })).toMatch(/cannot be read/);
  });

  it('a name that cannot be one of a folder, or is no text', async () => {
    const of = async (name: string) => problemLines(await load(`${MINIMAL}run: {name: ${name}}`));
    expect((await of('"проба пера"'))[0]).toMatch(/must be a name without spaces and without/);
    expect((await of('1e3'))[0]).toMatch(/got 1000; put it into quotes$/);
    expect(await of('проба')).toEqual([]);
  });
});
