import { DeepCoderError } from '@deepcoder/config';
import { reactText } from '../reactText.ts';
import { expertEpisode } from './expertEpisode.ts';

const DEFAULTS = { games: 1000, seed: 1 };

/**
 * The expert's episodes of training games, for an address like `env:household?games=2000&seed=1`;
 * a longer list begins with the shorter one of the same seed.
 */
export function* trainingTexts(
  parameters: URLSearchParams,
): Generator<{ id: string; text: string; format: string }> {
  const { games, seed } = readParameters(parameters);
  for (let index = 0; index < games; index += 1) {
    const text = reactText(expertEpisode({ split: 'train', seed, index }));
    yield { id: `household/train/${seed}/${index}`, text, format: 'react_text' };
  }
}

function readParameters(parameters: URLSearchParams): { games: number; seed: number } {
  const read = { ...DEFAULTS };
  for (const [name, value] of parameters) {
    if (name !== 'games' && name !== 'seed') {
      throw refuse(`"${name}" is no parameter of env:household; it has games and seed`);
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

function refuse(message: string): DeepCoderError {
  return new DeepCoderError(
    'environment-parameter',
    `data: ${message}; write for example env:household?games=2000&seed=1`,
    {
      exitCode: 2,
    },
  );
}
