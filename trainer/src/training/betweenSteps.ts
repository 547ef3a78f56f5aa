import { numberOfFirst } from '../engine/collective/together.ts';
import type { LoopParts } from './loopParts.ts';
import type { LoopState } from './loopState.ts';

/** What rank 0 has the others do between two steps. */
const [GO, STOP, SAVE] = [0, 1, 2];

/**
 * Does what clients have asked for: they talk to rank 0, and all ranks follow it. A rank that was told by a signal to
 * stop has said so with the numbers of its last step (`isStopWanted`).
 */
export async function betweenSteps(
  { run, ranks: { collective } }: Pick<LoopParts, 'run' | 'ranks'>,
  { step, tokensSeen }: Pick<LoopState, 'step' | 'tokensSeen'>,
  { isStopWanted, save }: { isStopWanted: boolean; save: () => Promise<string> },
): Promise<'go' | 'stop'> {
  if (isStopWanted) run.requestStop();
  if (collective.rank > 0) {
    for (;;) {
      const told = await numberOfFirst(collective, GO);
      if (told !== SAVE) return told === STOP ? 'stop' : 'go';
      await save();
    }
  }
  const saveCheckpoint = async (): Promise<string> => {
    await numberOfFirst(collective, SAVE);
    return save();
  };
  const decided = await run.betweenSteps({ step, tokensSeen, saveCheckpoint });
  await numberOfFirst(collective, decided === 'stop' ? STOP : GO);
  return decided;
}
