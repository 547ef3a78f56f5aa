import { openEventFile } from '../../trainer/src/run/eventFile.ts';

/** A run of three steps, and the same run gone on from step 2: always the same bytes. */
export function writeSampleEvents(folder: string): void {
  const first = openEventFile(folder, { host: 'host', pid: 7, time: 1_700_000_000.25 });
  for (const step of [1, 2, 3]) first.write(record(step, 1_700_000_000.25 + step, 4 / step));
  first.close();
  const options = { host: 'host', pid: 8, time: 1_700_000_100.5, resumeStep: 3 };
  const second = openEventFile(folder, options);
  for (const step of [3, 70_000]) second.write(record(step, 1_700_000_100.5 + step, 2 / step));
  second.close();
}

function record(step: number, time: number, loss: number) {
  return {
    step,
    tokensSeen: step * 100,
    time,
    values: { 'train/loss': loss, 'train/loss/reasoning': -loss, 'train/größe': 1e30 },
  };
}
