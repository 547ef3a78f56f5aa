import { createRunFolder } from '../../../trainer/src/run/runFolder.ts';
import { atomicWrite } from '../../../trainer/src/disk/atomicWrite.ts';
import { saveStepCheckpoint } from '../../../trainer/src/run/checkpointFolders.ts';
import { openRun } from '../../../trainer/src/run/openRun.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * A stand-in for the trainer in a process of its own, which tests kill: `train DIR`, `resume FOLDER STEP`,
 * `rewrite FILE` (replaces a file for ever), `checkpoints FOLDER` (writes checkpoints for ever).
 * Prints JSON lines.
 */
const [, , mode = '', target = '', from = '0'] = process.argv;

const say = (message: unknown) => process.stdout.write(`${JSON.stringify(message)}\n`);

async function train(folder: string, firstStep: number): Promise<void> {
  const run = await openRun({
    folder,
    name: 'worker',
    configText: 'run: {}\n',
    seed: 1,
    versions: {},
    gitCommit: null,
    fingerprints: { config: '', data: [], models: [], executor: null },
    totalSteps: 1_000_000,
    threads: 0,
    tensorboard: true,
    clock: () => new Date(),
    ...(firstStep > 0 && { resume: { step: firstStep, tokensSeen: firstStep * 10 } }),
  });
  process.on('SIGINT', run.requestStop);
  say({ folder, threads: run.threads, others: run.others.map(({ run: { id } }) => id) });
  let step = firstStep;
  for (let verdict = 'go'; verdict === 'go';) {
    step++;
    run.metrics({
      step,
      tokensSeen: step * 10,
      time: Date.now() / 1000,
      values: { 'train/loss': 1 / step },
    });
    verdict = await run.betweenSteps({
      step,
      tokensSeen: step * 10,
      saveCheckpoint: () => checkpoint(folder, step),
    });
    await sleep(1);
  }
  await checkpoint(folder, step);
  await run.end({ state: 'stopped' });
}

function checkpoint(folder: string, step: number): Promise<string> {
  return saveStepCheckpoint(folder, {
    step,
    keep: 2,
    bestStep: null,
    fill: async (writing) => {
      for (const part of ['a', 'b', 'c']) {
        await writeFile(path.join(writing, part), `${step} `.repeat(20_000));
      }
    },
  });
}

if (mode === 'train') await train(await createRunFolder(target, 'worker', new Date()), 0);
if (mode === 'resume') await train(target, Number(from));
if (mode === 'rewrite') {
  for (let n = 0; ; n++) {
    await atomicWrite(target, `${n}\n`.repeat(50_000));
    if (n === 0) say('begun');
  }
}
if (mode === 'checkpoints') {
  for (let step = 1; ; step++) {
    await checkpoint(target, step);
    if (step === 1) say('begun');
  }
}
