import { InvalidArgumentError, Option } from 'commander';
import type { WhichCheckpoint } from './findRun.ts';

/** Where runs are looked for. */
export const RUNS = 'runs';

export const jsonOption = (): Option => new Option('--json', 'print JSON only, for programs');

export const dirOption = (): Option =>
  new Option('--dir <folder>', 'where the runs are').default(RUNS);

export const setOption = (): Option =>
  new Option('--set <key=value...>', 'set keys of the config, for example train.steps=100').default(
    [],
    'none',
  );

export const envOption = (): Option =>
  new Option('--env <name>', 'apply an entry of the config\'s "environments"');

export const checkpointOption = (): Option =>
  new Option('--checkpoint <which>', 'best, latest, or a step')
    .default('best')
    .argParser((text): WhichCheckpoint => {
      if (text === 'best' || text === 'latest') return text;
      if (/^\d+$/.test(text)) return Number(text);
      throw new InvalidArgumentError('Give best, latest, or the number of a step.');
    });

/** For option values: a whole number from `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  };
}

/** For option values: a number from `least`. */
export function realNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`Give a number from ${least}.`);
  };
}
