import { describe, expect, it } from 'vitest';
import type { SupervisionWeights } from '@deepcoder/trajectory';
import { previewTokens } from '../../../trainer/src/data/previewTokens.ts';
import { formatTokenTable } from '../../../trainer/src/data/tokenTable.ts';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { wordLevelTokenizer } from '../../../trainer/src/tokenizer/wordLevelTokenizer.ts';
import { SETTINGS, WEIGHTS } from './prepareSupport.ts';

const TEXT = `Task: put the mug down.
Thought: Here it is.
Action: put mug
`;

async function preview(text: string, weights: SupervisionWeights = WEIGHTS, limit = Infinity) {
  const tokenizer = await createTokenizer({
    ...{ place: 'm', ...wordLevelTokenizer([TEXT]), chatTemplate: null },
    ...{ bosTokenId: null, eosTokenId: null },
  });
  const document = {
    ...{ source: 'a.txt', id: null, text, fileName: 'a.txt' },
    ...{ format: null, rules: null, annotations: null, problems: [] },
  };
  return previewTokens(document, tokenizer, { settings: SETTINGS, weights, limit });
}

describe('previewTokens', () => {
  it('shows kind, glue and weight of every token', async () => {
    const { samples, format } = await preview(TEXT, { ...WEIGHTS, action: 2, labels: 0.5 });
    expect(format).toBe('react_text');
    expect(samples.map(({ id }) => id)).toEqual(['a.txt#0']);
    expect(formatTokenTable(samples[0]!.rows)).toMatchInlineSnapshot(`
      "#   id  kind       part  weight  why                             token
      0   15                           context                         "Task"
      1   5                            context                         ":"
      2   7   other                    other: weight 0                 " put"
      3   13  other                    other: weight 0                 " the"
      4   6   other                    other: weight 0                 " mug"
      5   10  other                    other: weight 0                 " down"
      6   8   other                    other: weight 0                 "."
      7   4                            context                         "\\n"
      8   16  reasoning  glue  0.5     label of reasoning, weight 0.5  "Thought"
      9   5   reasoning  glue  0.5     label of reasoning, weight 0.5  ":"
      10  9   reasoning        1       reasoning, weight 1             " Here"
      11  12  reasoning        1       reasoning, weight 1             " it"
      12  11  reasoning        1       reasoning, weight 1             " is"
      13  8   reasoning        1       reasoning, weight 1             "."
      14  4   action     glue  1       label of action, weight 1       "\\n"
      15  14  action     glue  1       label of action, weight 1       "Action"
      16  5   action     glue  1       label of action, weight 1       ":"
      17  7   action           2       action, weight 2                " put"
      18  6   action           2       action, weight 2                " mug"
      19  4   action     glue  1       end of turn, weight 1           "\\n"
      20  3   action     glue  1       end of turn, weight 1           "</s>""
    `);
  });

  it('gives what cannot be used with the reason', async () => {
    expect((await preview('prose')).rejected).toMatchObject([{ code: 'not-a-trajectory' }]);
    const nothing = { ...WEIGHTS, reasoning: 0, action: 0 };
    expect((await preview(TEXT, nothing)).rejected).toMatchObject([{ code: 'nothing-supervised' }]);
  });

  it('stops at the asked number of records', async () => {
    const { samples } = await preview(`${TEXT}\n${TEXT}\n${TEXT}`, WEIGHTS, 2);
    expect(samples).toHaveLength(2);
  });
});
