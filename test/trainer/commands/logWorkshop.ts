import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { trainingTexts } from '../../../trainer/src/eval/household/trainingTexts.ts';
import { buildProgram, type Deepcoder, deepcoderIn } from '../../support/deepcoderProgram.ts';
import { workshop } from '../../support/workshop.ts';

/** A workshop with `log.txt`, `game.txt` and `diary.md`, which is no trajectory; and the program in it. */
export async function logWorkshop(): Promise<{ folder: string; deepcoder: Deepcoder }> {
  await buildProgram();
  const folder = await workshop();
  writeFileSync(path.join(folder, 'log.txt'), LOG);
  writeFileSync(path.join(folder, 'game.txt'), GAME);
  writeFileSync(path.join(folder, 'diary.md'), 'Nothing happened today.\n');
  return { folder, deepcoder: deepcoderIn(folder) };
}

export const LOG = `Task: find the mug.
Observation: You are in a kitchen.
Thought: I look into the cabinet.
Action: open cabinet 1
Observation: In it you see a mug 1.
`;

/** All of its words are in the workshop's tokenizer. */
export const [{ text: GAME } = { text: '' }] = trainingTexts(new URLSearchParams('games=1&seed=1'));
