import { Command } from 'commander';
import { type Parity, parityOfRun } from '../recipes/parity.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { findCheckpoint, type WhichCheckpoint } from './findCheckpoint.ts';
import { findRun, startFolder } from './findRun.ts';
import { fetchNamed } from './fetchNamed.ts';
import { configOfRun } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption, realNumber, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';
import { textTable } from './textTable.ts';
import { ENVIRONMENTS, WORKERS } from './training.ts';

interface ParityOptions {
  model: string;
  served?: string;
  samples: number;
  tolerance: number;
  checkpoint: WhichCheckpoint;
  dir: string;
  json?: boolean;
}

/** What a difference is told with. */
const DIFFERS = 3;

export function parityCommand(cli: Cli): Command {
  return new Command('parity')
    .summary('compare a server with the run whose student it serves')
    .description(
      "Sends a run's held-out samples to a server with the API of vLLM (deepcoder serve has it): each text has to " +
        'become the tokens that were trained on, and each token to have the log-probability that the student gives ' +
        'it here. The key of the server is that of DEEPCODER_API_KEY. Exit code 3 where they differ.',
    )
    .argument('<url>', 'where the server is, as http://127.0.0.1:8000')
    .requiredOption('--model <run>', 'the run: its folder, its name, or latest')
    .option(
      '--served <name>',
      'what the server calls the model; the first that it serves by default',
    )
    .option('--samples <n>', 'how many are compared at most', wholeNumber(1), 16)
    .option('--tolerance <nats>', 'what log-probabilities may differ by', realNumber(0), 0.01)
    .addOption(checkpointOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('parity http://127.0.0.1:8000 --model latest'))
    .action(async (url: string, options: ParityOptions) => {
      await run(cli, url, options);
    });
}

async function run(cli: Cli, url: string, options: ParityOptions): Promise<void> {
  const { cwd, env } = cli;
  const progress = progressOf(cli, options);
  const folder = await findRun(options.model, { cwd, dir: options.dir });
  const checkpoint = await findCheckpoint(folder, options.checkpoint);
  const loaded = await configOfRun(folder, { env });
  const { signal } = cli.interrupt(progress.say);
  const from = startFolder(folder, loaded.config) ?? cwd;
  const { config } = await fetchNamed({ ...cli, cwd: from }, loaded, { progress, signal });
  const parity = await parityOfRun({
    ...{ config, cwd: from, checkpoint, environments: ENVIRONMENTS, workers: WORKERS },
    ...{ url, model: options.served ?? null, apiKey: env['DEEPCODER_API_KEY'] ?? null },
    ...{ samples: options.samples, tolerance: options.tolerance, progress, signal },
  });
  if (options.json === true) printJson(cli, parity);
  else print(cli, ...reportLines(parity));
  if (!parity.isSame) cli.end.code = DIFFERS;
}

function reportLines({ model, samples, limitNats, isSame }: Parity): string[] {
  const rows = samples.map(({ id, tokens, tokenDifference: other, largest, noiseNats }) => [
    ...[id, String(tokens)],
    other === null ? 'same' : `differ at ${other.at}: ${other.trained} served as ${other.served}`,
    `${largest.nats.toPrecision(2)} at ${largest.at} (${JSON.stringify(largest.text)})`,
    noiseNats.toPrecision(2),
  ]);
  const verdict = isSame ? 'is what was trained' : 'is not what was trained';
  return [
    textTable([['sample', 'tokens', 'ids', 'largest difference, nats', 'noise'], ...rows]),
    `${model} ${verdict}: log-probabilities may differ by ${limitNats.toPrecision(2)} nats`,
  ];
}
