import { DeepCoderError } from '@deepcoder/config';
import { hubNameText, parseModelName } from '@deepcoder/trainer-protocol';
import { Command } from 'commander';
import { planModel, planText } from '../hub/fetchModel.ts';
import { fetchPlan } from '../hub/fetchRepo.ts';
import { hubSettings } from '../hub/hubSettings.ts';
import path from 'node:path';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';
import { progressOf } from './progressOf.ts';

interface FetchOptions {
  revision?: string;
  dryRun?: boolean;
  json?: boolean;
}

export function fetchCommand(cli: Cli): Command {
  return new Command('fetch')
    .summary('download a model from the Hugging Face Hub')
    .description(
      "Downloads what is needed of a model into the Hub's cache (HF_HUB_CACHE, HF_HOME), where other programs " +
        'find it too: config, tokenizer, chat template and safetensors weights. What is there already is not ' +
        'downloaded again, and a download that was broken off goes on where it stopped. Private and gated models ' +
        'take a token in HF_TOKEN; another server is named in HF_ENDPOINT.',
    )
    .argument('<id>', 'OWNER/NAME, OWNER/NAME@REVISION, or OWNER/NAME/FILE.gguf')
    .option('--revision <name>', 'a branch, a tag or a commit')
    .option('--dry-run', 'only say what would be downloaded')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'fetch Qwen/Qwen3-0.6B',
        'fetch HuggingFaceTB/SmolLM2-135M-Instruct --revision main',
      ),
    )
    .action(async (id: string, options: FetchOptions) => {
      const progress = progressOf(cli, options);
      const { signal } = cli.interrupt(progress.say);
      const name = modelName(id, options.revision);
      const hub = await hubSettings(cli.env);
      const plan = await planModel(name, { need: 'model', hub, signal });
      if (plan.missing.length > 0) progress.say(planText(plan));
      if (options.dryRun !== true) await fetchPlan(hub, plan, { progress, signal });
      const { commit, folder, missing, bytes } = plan;
      const place = name.file === null ? folder : path.join(folder, name.file);
      const files = missing.map(({ path: file, bytes: size }) => ({ path: file, bytes: size }));
      if (options.json === true) {
        printJson(cli, { id: hubNameText(name), commit, place, downloaded: files, bytes });
      } else if (options.dryRun === true) {
        print(cli, ...files.map(({ path: file, bytes: size }) => `${file}  ${size} bytes`));
      } else print(cli, place);
    });
}

function modelName(id: string, revision: string | undefined) {
  const name = parseModelName(id);
  if (name !== null) return { ...name, revision: revision ?? name.revision };
  throw new DeepCoderError(
    'hub-name',
    `fetch: ${id} is no model's name; give OWNER/NAME as on its page, for example Qwen/Qwen3-0.6B`,
    { exitCode: 2 },
  );
}
