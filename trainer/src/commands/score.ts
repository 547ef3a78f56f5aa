import { Command } from 'commander';
import { scoreData } from '../recipes/score.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { fetchNamed } from './fetchNamed.ts';
import { loadForRun } from './loadForRun.ts';
import { envOption, jsonOption, setOption } from './options.ts';
import { progressOf } from './progressOf.ts';
import { grouped } from './textTable.ts';
import { ENVIRONMENTS, WORKERS } from './training.ts';

interface ScoreOptions {
  set: string[];
  env?: string;
  json?: boolean;
}

export function scoreCommand(cli: Cli): Command {
  return new Command('score')
    .summary("put the teacher's scores into the cache")
    .description(
      "Lets the teacher of a config score all its data and keeps the scores in the config's cache, so " +
        'that training need not wait for the teacher. Ctrl-C ends it; called again, it goes on from there.',
    )
    .argument('<config>', 'a YAML file, or a preset')
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('score my-config.yaml', 'score my-config.yaml --env gpu'))
    .action(async (path: string, options: ScoreOptions) => {
      const { set, env: environment, json = false } = options;
      const progress = progressOf(cli, options);
      const loaded = await loadForRun(cli, { path, set, environment, env: cli.env });
      for (const warning of loaded.warnings) progress.say(`warning: ${warning}`);
      const { signal } = cli.interrupt(progress.say);
      const { config } = await fetchNamed(cli, loaded, { progress, signal });
      const request = { config, cwd: cli.cwd, environments: ENVIRONMENTS, workers: WORKERS };
      const scored = await scoreData({ ...request, progress, signal });
      const { samples, tokens, seconds, cache } = scored;
      if (json) {
        printJson(cli, scored);
        return;
      }
      const work =
        tokens === 0
          ? 'all of them were there'
          : `the teacher read ${grouped(tokens)} tokens in ${seconds.toFixed(1)} s`;
      print(cli, `${cache}: scores of ${samples} samples; ${work}`);
    });
}
