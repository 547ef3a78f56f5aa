import { DeepCoderError } from '@deepcoder/config';
import { reactText } from '../reactText.ts';
import { expertEpisode } from './expertEpisode.ts';

const DEFAULTS = { games: 1000, seed: 1, faults: 0 };

/**
 * The expert's episodes of training games, for an address like `env:household?games=2000&seed=1`;
 * a longer list begins with the shorter one of the same seed. With `faults=0.1` a tenth of its turns comes
 * after an action that is refused, which `data.mask_steps: [invalid_action]` keeps from being learnt.
 */
export function* trainingTexts(
  parameters: URLSearchParams,
): Generator<{ id: string; text: string; format: string }> {
  const { games, seed, faults } = readParameters(parameters);
  for (let index = 0; index < games; index += 1) {
    const text = reactText(expertEpisode({ split: 'train', seed, index }, { faults }));
    yield { id: `household/train/${seed}/${index}`, text, format: 'react_text' };
  }
}

function readParameters(parameters: URLSearchParams): typeof DEFAULTS {
  const read = { ...DEFAULTS };
  for (const [name, value] of parameters) {
    if (name !== 'games' && name !== 'seed' && name !== 'faults') {
      throw refuse(`"${name}" is no parameter of env:household; it has games, seed and faults`);
    }
    if (name === 'faults') {
      read.faults = readShare(value);
      continue;
    }
    if (!/^\d{1,9}$/.test(value) || (name === 'games' && Number(value) === 0)) {
      throw refuse(
        `env:household: ${name} must be a whole number${name === 'games' ? ' from 1' : ''}, got "${value}"`,
      );
    }
    read[name] = Number(value);
  }
  return read;
}

function readShare(value: string): number {
  if (/^(0(\.\d{1,9})?|\.\d{1,9})$/.test(value)) return Number(value);
  throw refuse(`env:household: faults must be a share from 0 to below 1, got "${value}"`);
}

function refuse(message: string): DeepCoderError {
  return new DeepCoderError(
    'environment-parameter',
    `data: ${message}; write for example env:household?games=2000&seed=1`,
    {
      exitCode: 2,
    },
  );
}
