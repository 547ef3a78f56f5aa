import { InvalidArgumentError, Option } from 'commander';
import type { ResumeFrom } from './resumableCheckpoint.ts';
import type { WhichCheckpoint } from './findCheckpoint.ts';

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

export const fromOption = (): Option =>
  new Option(
    '--from <which>',
    'go on from latest-good (the newest whole checkpoint), best, or that of a step; later checkpoints are then removed',
  )
    .default('latest-good')
    .argParser((text): ResumeFrom => {
      if (text === 'best' || text === 'latest-good') return text;
      if (/^\d+$/.test(text)) return Number(text);
      throw new InvalidArgumentError('Give latest-good, best, or the number of a step.');
    });

/** Options of commands that train with several ranks. */
export interface RanksOptions {
  ranks?: number;
  hosts?: string;
  maxRestarts?: number;
}

export const ranksOptions = (): Option[] => [
  new Option(
    '--ranks <n>',
    'train with so many processes that MPI connects (mpirun starts them)',
  ).argParser(wholeNumber(1)),
  new Option('--hosts <list>', 'with --ranks: where they run, host or host:ranks, by commas'),
  new Option(
    '--max-restarts <n>',
    'with --ranks: how often to go on from the newest checkpoint after a rank was lost',
  ).argParser(wholeNumber(0)),
];

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
