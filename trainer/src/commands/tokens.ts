import { type Config, DeepCoderError } from '@deepcoder/config';
import { Command } from 'commander';
import type { Document } from '../data/encode/renderDocument.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { previewTokens, type TokenPreview } from '../data/previewTokens.ts';
import { findSources } from '../data/sources/findSources.ts';
import { readDocuments } from '../data/sources/readDocuments.ts';
import { formatTokenTable } from '../data/tokenTable.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import type { Progress } from '../run/progress.ts';
import { openRunTokenizer } from '../student/openStudent.ts';
import { configuredPictures } from '../student/pictureSettings.ts';
import type { PictureSettings } from '../vision/pictureSettings.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { fetchNamed, fetchOne } from './fetchNamed.ts';
import { loadForRun } from './loadForRun.ts';
import { loadRunConfig, type RunConfig } from './loadRunConfig.ts';
import { envOption, jsonOption, setOption, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';
import { chosenRules, readRules, rulesOption } from './readRules.ts';
import { refuseUnknownFormat } from './readTrajectory.ts';

interface TokensOptions {
  tokenizer?: string;
  config?: string;
  format?: string;
  rules?: string;
  render?: string;
  records: number;
  set: string[];
  env?: string;
  json?: boolean;
}

export function tokensCommand(cli: Cli): Command {
  return new Command('tokens')
    .summary('show the tokens of a file and which of them are learnt')
    .description(
      'Shows what a trajectory file becomes in training, token by token: id, kind, and what each counts ' +
        'in the loss (blank: nothing) and why. A tokenizer comes from --tokenizer, or from a --config.',
    )
    .argument('<file>', 'a trajectory file')
    .option(
      '--tokenizer <path>',
      'a folder with tokenizer.json, that file, or OWNER/NAME on the Hub',
    )
    .option('--config <config>', 'a training config: its tokenizer, data and weights')
    .option('--format <name>', 'take this format instead of detecting it')
    .addOption(rulesOption())
    .option('--render <how>', 'auto, raw, chat or react')
    .option('--records <n>', 'how many records to show', wholeNumber(1), 1)
    .addOption(setOption())
    .addOption(envOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('tokens log.txt --tokenizer models/student', 'tokens log.txt --config my.yaml'),
    )
    .action(async (file: string, options: TokensOptions) => {
      const loaded = await configFor(cli, file, options);
      const progress = progressOf(cli, options);
      const { signal } = cli.interrupt(progress.say);
      const tokenizer = await tokenizerFor(cli, loaded, { options, progress, signal });
      const { config } = loaded;
      const documents = await documentsFor(cli, file, { config, options });
      const { cwd } = cli;
      const sees = options.config !== undefined && options.tokenizer === undefined;
      const vision = sees ? await configuredPictures(config, { cwd, tokenizer }) : null;
      const limit = options.records;
      const preview = await previewAll(documents, tokenizer, { config, vision, limit });
      const { format, reason, samples, rejected } = preview;
      if (options.json === true) printJson(cli, { file, format, reason, samples, rejected });
      else print(cli, previewText(file, preview));
      refuseNone(file, preview);
    });
}

/** Without a config the defaults hold; the student is only there because a config needs one. */
async function configFor(cli: Cli, file: string, options: TokensOptions): Promise<RunConfig> {
  const { config: given, set, env: environment, render } = options;
  const own = render === undefined ? [] : [`data.render=${render}`];
  if (given !== undefined) {
    const request = { path: given, set: [...set, ...own], environment, env: cli.env };
    return loadForRun(cli, request);
  }
  const needed = [`data.train=[${JSON.stringify(file)}]`, 'student.model=none'];
  const env = { ...cli.env, DEEPCODER_ENV: '' };
  return loadRunConfig({ path: 'fast', set: [...needed, ...set, ...own], env });
}

async function tokenizerFor(
  cli: Cli,
  loaded: RunConfig,
  { options, ...watched }: { options: TokensOptions; progress: Progress; signal: AbortSignal },
): Promise<Tokenizer> {
  const { cwd } = cli;
  if (options.tokenizer !== undefined) {
    const named = { key: '--tokenizer', text: options.tokenizer, need: 'tokenizer' as const };
    return openTokenizer(await modelPlace(await fetchOne(cli, named, watched), { cwd, ...named }));
  }
  if (options.config !== undefined) {
    const { config } = await fetchNamed(cli, loaded, watched);
    return (await openRunTokenizer(config, cwd)).tokenizer;
  }
  throw new DeepCoderError(
    'tokenizer-missing',
    'tokens: name a tokenizer with --tokenizer (a folder with tokenizer.json), or a --config that has one',
    { exitCode: 2 },
  );
}

/** The file, or those in an archive, with what is said of it in the config: its format, its rules. */
async function documentsFor(
  { cwd }: Cli,
  file: string,
  { config, options }: { config: Config; options: TokensOptions },
): Promise<Document[]> {
  const { rules: given, format } = options;
  const rules = given === undefined ? config.data.rules : await readRules(given, cwd);
  const named = given === undefined ? format : chosenRules(rules, format, given);
  refuseUnknownFormat(named, Object.keys(rules));
  const settings = { ...config.data, rules, format: named ?? config.data.format };
  const { files } = await findSources([file], settings, cwd);
  const documents: Document[] = [];
  const reasons: string[] = [];
  for await (const read of readDocuments(files[0]!)) {
    if ('text' in read) documents.push(read);
    else reasons.push(read.message);
  }
  if (documents.length > 0) return documents;
  const message = `${file}: ${reasons.join('; ')}`;
  throw new DeepCoderError('file-unreadable', message, { exitCode: 3 });
}

/** The first records of the documents, whichever they are in. */
async function previewAll(
  documents: readonly Document[],
  tokenizer: Tokenizer,
  { config, vision, limit }: { config: Config; vision: PictureSettings | null; limit: number },
): Promise<TokenPreview> {
  const { data, weights } = config;
  const settings = { ...data, vision };
  const shown: TokenPreview[] = [];
  let left = limit;
  for (const document of documents) {
    if (left <= 0) break;
    const one = await previewTokens(document, tokenizer, { settings, weights, limit: left });
    shown.push(one);
    left -= one.records;
  }
  const { format, reason } = shown.find(({ records }) => records > 0) ?? shown[0]!;
  return {
    ...{ format, reason, records: limit - left },
    samples: shown.flatMap(({ samples }) => samples),
    rejected: shown.flatMap(({ rejected }) => rejected),
  };
}

function previewText(file: string, { format, reason, samples, rejected }: TokenPreview): string {
  const shown = samples.map(({ id, rows }) => {
    const learnt = rows.filter(({ weight }) => weight > 0).length;
    const cut = rows.filter(({ reason }) => reason === 'max_length').length;
    const rest = cut === 0 ? '' : `, ${cut} cut off`;
    return `\n${id}: ${rows.length} tokens, ${learnt} learnt${rest}\n${formatTokenTable(rows)}`;
  });
  const refused = rejected.map(({ source, message }) => `\nrejected ${source}: ${message}`);
  return [`${file}: ${format} (${reason})`, ...shown, ...refused].join('\n');
}

function refuseNone(file: string, { samples, rejected }: TokenPreview): void {
  if (samples.length > 0) return;
  const why = rejected.map(({ message }) => message).join('; ') || 'no record in it';
  throw new DeepCoderError('no-training-data', `${file}: nothing to learn from: ${why}`, {
    exitCode: 3,
  });
}
