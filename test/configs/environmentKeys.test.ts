import { describe, expect, test } from 'vitest';
import { load, MINIMAL, problemLines } from './loadHelper.ts';

const KITCHEN = 'env: {kitchen: {bridge: textworld-express}}\n';
const TAUGHT = 'teacher: {model: models/t}\n';

test('environments and panels load in the code’s spelling, names of one’s own as they are', async () => {
  const { config, problems } = await load(`${MINIMAL}env:
  my_kitchen: {command: [python3, game.py], success_reward: 2}
eval:
  environments:
    - {name: my_kitchen, max_turns: 9}
    - {name: household, split: train, games: 3, seed: 1}
`);
  expect(problems).toEqual([]);
  expect(config?.env['my_kitchen']).toMatchObject({ successReward: 2, url: null, processes: 1 });
  expect(config?.eval.environments).toEqual([
    { name: 'my_kitchen', split: 'test', games: 100, seed: 7, maxTurns: 9 },
    { name: 'household', split: 'train', games: 3, seed: 1, maxTurns: 30 },
  ]);
});

describe('what does not fit is told with its place', () => {
  test.each([
    ['env: {a: {}}', /env\.a: give one of command, bridge and url/],
    ['env: {a: {command: [x], url: y}}', /env\.a: give one of command, bridge and url/],
    ['env: {household: {command: [x]}}', /env\.household: is the name of a built-in environment/],
    [
      `${KITCHEN}eval: {environment: kitchn}`,
      /eval\.environment: there is no environment "kitchn"/,
    ],
    [
      `${KITCHEN}eval: {environments: [{name: household}, {name: shop}]}`,
      /eval\.environments\.1\.name: there is no environment "shop"; there is household, kitchen/,
    ],
    [
      'eval: {environment: household, environments: [{name: household}]}',
      /eval\.environment: is the short form of eval\.environments/,
    ],
    ['eval: {environments: [{name: household, gmaes: 3}]}', /did you mean .*games/],
    [
      `${TAUGHT}train: {rollout: {share: 0.5, environment: shop}}`,
      /train\.rollout\.environment: there is no environment "shop"/,
    ],
    ['teacher: {type: none}\ntrain: {rollout: {share: 0.5}}', /train\.rollout\.share: the teacher/],
    [
      'teacher: {model: t, align: bytes}\ntrain: {rollout: {share: 0.5}}',
      /train\.rollout\.share: a teacher that is aligned by bytes/,
    ],
    [
      `${TAUGHT}train: {rollout: {share: 1, curriculum: {start: 9, max: 3}}}`,
      /train\.rollout\.curriculum: start is 9 and max is 3/,
    ],
  ])('%s', async (text, message) => {
    const lines = problemLines(await load(`${MINIMAL}${text}\n`));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(message);
  });

  test.each([
    ['faults=0.1', '', 1],
    ['faults=0', '', 0],
    ['faults=0.1', ', mask_steps: [invalid_action]', 0],
  ])('an expert with %s and%s', async (faults, mask, problems) => {
    const train = `train: ['env:household?games=9&${faults}']`;
    const text = `data: {${train}${mask}}\nstudent: {model: m}\nteacher: {type: none}\n`;
    const lines = problemLines(await load(text));
    expect(lines).toHaveLength(problems);
    for (const line of lines) expect(line).toContain('set data.mask_steps: [invalid_action]');
  });
});
