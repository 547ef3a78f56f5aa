import { describe, expect, it } from 'vitest';
import { learntTable } from '../../../trainer/src/data/learntTokens.ts';
import { chatRecord, failure, folderWith, prepare, record } from './prepareSupport.ts';

const REPEATING = `Question: q
Thought 1: a
Action 1: look[x]
Observation 1: Nothing happens.
`;

describe('records that teach nothing', () => {
  it('stop the run, with the reason and the cure', async () => {
    const cwd = await folderWith({ 'a.txt': record(1), 'b.txt': REPEATING });
    await expect(prepare(cwd, { maskSteps: ['invalid_action'] })).rejects.toThrow(
      failure(
        'records-unlearnable',
        3,
        /^1 record teaches nothing:\n {2}b\.txt#0: data\.mask_steps .*\(invalid_action\)\n.*data\.unlearnable: drop/,
      ),
    );
    const { train, report } = await prepare(cwd, {
      maskSteps: ['invalid_action'],
      unlearnable: 'drop',
    });
    expect(train.map(({ id }) => id)).toEqual(['a.txt#0']);
    expect(report.rejected).toMatchObject([{ source: 'b.txt#0', code: 'nothing-supervised' }]);
  });

  it('stop it also where their length has them cut, whatever the others teach', async () => {
    const long = `Question: ${'why? '.repeat(30)}\nThought 1: so\nAction 1: Finish[so]\n`;
    const cwd = await folderWith({ 'a.txt': record(1), 'b.txt': long });
    const right = { maxLength: 100, truncate: 'right' } as const;
    await expect(prepare(cwd, right)).rejects.toThrow(
      failure('records-unlearnable', 3, /b\.txt#0: no supervised token is left/),
    );
    const { train } = await prepare(cwd, { maxLength: 100, truncate: 'left' });
    expect(train).toHaveLength(2);
  });

  it('are not those without anything of an agent, nor those of which another sample teaches', async () => {
    const user = JSON.stringify({ messages: [{ role: 'user', content: 'Q' }] });
    const cwd = await folderWith({
      'a.jsonl': `${chatRecord('yes')}\n${user}\n`,
      'b.txt': record(1),
    });
    const { report } = await prepare(cwd, { trainOn: 'last' });
    expect(report.rejected.map(({ code }) => code)).toEqual(['no-agent-content']);
  });
});

it('what is learnt is counted after masks and length, labels among the kinds', async () => {
  const cwd = await folderWith({ 'a.txt': REPEATING });
  const whole = (await prepare(cwd)).report.learnt.train;
  // Bytes: "Thought 1: " and "a", the line break and "Action 1: ", "look[x]", a line break.
  expect(whole).toMatchObject({
    ...{ samples: 1, learnt: 12 + 11 + 7 + 1, labels: 11 + 11 + 1 },
    byKind: { reasoning: 12, action: 19, observation: 0, other: 0 },
  });
  const cut = (await prepare(cwd, { maxLength: 28, truncate: 'right' })).report.learnt;
  expect(cut.train.byKind).toEqual({ reasoning: 12, action: 4, observation: 0, other: 0 });
  expect(learntTable(cut)).toEqual([
    '             samples  tokens  learnt  reasoning  action  observation  other  labels',
    'to train on        1      28      16         12       4            0      0      15',
  ]);
});
