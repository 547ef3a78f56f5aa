import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { Command, InvalidArgumentError, Option } from 'commander';
import { modelPlace } from '../hub/modelPlace.ts';
import { type ServeRequest, type ServeSource, serve, type Serving } from '../recipes/serve.ts';
import { isLoopback } from '../serving/server.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { fetchNamed, fetchOne } from './fetchNamed.ts';
import { findCheckpoint, type WhichCheckpoint } from './findCheckpoint.ts';
import { findRun, startFolder } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';
import { checkpointOption, dirOption, jsonOption, wholeNumber } from './options.ts';
import { progressOf } from './progressOf.ts';
import { PROGRAM_VERSION } from './versions.ts';
import { isThere } from '../disk/isThere.ts';

interface ServeOptions {
  host: string;
  port: number;
  name?: string;
  adapter: string[];
  weights: ServeRequest['weights'];
  context?: number;
  parallel: number;
  keep?: number;
  executor: ServeRequest['engine']['executor'];
  threads: number;
  maxQueue: number;
  maxBody: number;
  timeout: number;
  drain: number;
  record?: string;
  checkpoint: WhichCheckpoint;
  dir: string;
  json?: boolean;
  untilEof?: boolean;
  log: 'none' | 'json';
}

/** Where the key comes from; an argument would stand in the list of processes. */
const KEY_VARIABLE = 'DEEPCODER_API_KEY';

export function serveCommand(cli: Cli): Command {
  return new Command('serve')
    .summary('serve a student over HTTP, as OpenAI does')
    .description(
      'Serves the student of a run, or a model, with the API of OpenAI: agents are pointed at its address. ' +
        'It answers on this machine only, unless --host says otherwise; then requests have to bring a key, ' +
        `that of ${KEY_VARIABLE} or one that is made and shown. Ctrl-C lets what is under way end.`,
    )
    .argument(
      '<what>',
      "a run (folder, name, latest), a checkpoint's folder, a GGUF file, or a name on the Hub",
    )
    .option('--host <address>', 'where it listens; 0.0.0.0 is everywhere', '127.0.0.1')
    .option('--port <n>', '0: any that is free', wholeNumber(0), 8000)
    .option('--name <name>', "what requests call the model; the run's or folder's name by default")
    .option('--adapter <name=run...>', 'LoRA adapters over the same base: runs or folders', [])
    .addOption(
      new Option('--weights <format>', 'int8 is faster and rounds them, as Q8_0 of llama.cpp does')
        .choices(['f32', 'int8'])
        .default('f32'),
    )
    .option(
      '--context <tokens>',
      'of one request; 4096, or what the model takes if less',
      wholeNumber(1),
    )
    .option('--parallel <n>', 'requests that run together', wholeNumber(1), 8)
    .option(
      '--keep <n>',
      'sequences kept for prompts that begin alike; twice --parallel by default',
      wholeNumber(1),
    )
    .addOption(
      new Option('--executor <name>', 'what computes')
        .choices(['auto', 'onnx', 'cuda', 'native', 'reference'])
        .default('auto'),
    )
    .option('--threads <n>', '0: all cores', wholeNumber(0), 0)
    .option('--max-queue <n>', 'requests that may wait; more get 429', wholeNumber(0), 256)
    .option('--max-body <mib>', 'of one request', wholeNumber(1), 16)
    .option('--timeout <seconds>', 'of one request', wholeNumber(1), 600)
    .option('--drain <seconds>', 'how long an end waits for requests', wholeNumber(0), 30)
    .option('--record <folder>', 'write each chat there as a trajectory, secrets left out')
    .addOption(
      new Option('--log <form>', 'json: a line on stderr for each answer, without its texts')
        .choices(['none', 'json'])
        .default('none'),
    )
    .option('--until-eof', 'end when standard input ends, for programs that start it')
    .addOption(checkpointOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('serve latest', 'serve models/mine --port 8080 --parallel 4'))
    .action(async (what: string, options: ServeOptions) => {
      await run(cli, what, options);
    });
}

async function run(cli: Cli, what: string, options: ServeOptions): Promise<void> {
  const progress = progressOf(cli, options);
  const { signal, onStop } = cli.interrupt(progress.say);
  const { source, name } = await sourceOf(cli, what, { ...options, progress, signal });
  const { host, port, executor, threads, parallel, maxQueue, maxBody } = options;
  const apiKey = keyOf(cli, host);
  const adapterPlace = (text: string): Promise<string> => adapterFolder(cli, text, options);
  const serving = await serve({
    ...{ source, name: options.name ?? name, engine: { executor, provider: 'auto', threads } },
    weights: options.weights,
    ...{ context: options.context ?? null, together: parallel, kept: options.keep ?? 2 * parallel },
    ...{ adapters: adaptersOf(options.adapter), adapterPlace, now: cli.now, say: progress.say },
    record: options.record === undefined ? null : path.resolve(cli.cwd, options.record),
    log: options.log === 'json' ? (line) => void cli.stderr.write(line) : null,
    http: {
      ...{ host, port, apiKey: apiKey?.key ?? null, maxQueue, version: PROGRAM_VERSION },
      ...{ maxBody: maxBody * 2 ** 20, timeoutS: options.timeout },
    },
  });
  tell(cli, serving, { apiKey, json: options.json === true });
  await new Promise<void>((resolve) => {
    onStop(resolve);
    if (options.untilEof === true) cli.stdin.resume().once('end', resolve);
  });
  // Whoever reads from it holds the program up for as long as it is open.
  if (options.untilEof === true) cli.stdin.destroy();
  await serving.drain(options.drain * 1000);
  serving.end();
}

type Watched = Parameters<typeof fetchOne>[2];

/** A run goes first, as in the other commands; then what lies on the disk, then the Hub. */
async function sourceOf(
  cli: Cli,
  what: string,
  options: Pick<ServeOptions, 'dir' | 'checkpoint'> & Watched,
): Promise<{ source: ServeSource; name: string }> {
  const { cwd, env } = cli;
  const { dir, progress, signal } = options;
  const run = await findRun(what, { cwd, dir }).catch((error: unknown) => {
    if (error instanceof DeepCoderError && error.code === 'run/unknown') return error;
    throw error;
  });
  if (typeof run === 'string') {
    const checkpoint = await findCheckpoint(run, options.checkpoint);
    const asked = await configOfRun(run, { env });
    const from = startFolder(run, asked.config) ?? cwd;
    const { config } = await fetchNamed({ ...cli, cwd: from }, asked, { progress, signal });
    return { source: { from: 'run', config, cwd: from, checkpoint }, name: config.run.name };
  }
  const onDisk = path.resolve(cwd, what);
  const isOnDisk = await isThere(onDisk);
  // A name without a slash can be no model on the Hub, so that the run was meant.
  if (!isOnDisk && !what.includes('/')) throw run;
  const named = { key: 'model', text: what, need: 'model' as const };
  const pinned = isOnDisk ? what : await fetchOne(cli, named, { progress, signal });
  const place = await modelPlace(pinned, { cwd });
  return { source: { from: 'model', place }, name: isOnDisk ? path.basename(onDisk) : what };
}

/** The folder of an adapter: a run's checkpoint, or a folder itself. */
async function adapterFolder(cli: Cli, text: string, options: ServeOptions): Promise<string> {
  const { cwd } = cli;
  const folder = path.resolve(cwd, text);
  if (await isThere(path.join(folder, 'adapter_config.json'))) return folder;
  return findCheckpoint(await findRun(text, { cwd, dir: options.dir }), 'best');
}

function adaptersOf(given: readonly string[]): Map<string, string> {
  return new Map(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new InvalidArgumentError(`--adapter ${text}: give NAME=RUN`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

interface Key {
  key: string;
  isNew: boolean;
}

function keyOf({ env }: Cli, host: string): Key | null {
  const given = env[KEY_VARIABLE] ?? '';
  if (given !== '') return { key: given, isNew: false };
  return isLoopback(host) ? null : { key: randomBytes(24).toString('base64url'), isNew: true };
}

function tell(
  cli: Cli,
  { url, served, executor }: Serving,
  { apiKey, json }: { apiKey: Key | null; json: boolean },
): void {
  const { name, template, context } = served;
  if (json) {
    const models = [...served.variants.keys()];
    const key = apiKey?.isNew === true ? { apiKey: apiKey.key } : {};
    printJson(cli, { url, models, context, chat: template !== null, executor, ...key });
    return;
  }
  const auth =
    apiKey === null
      ? ''
      : ` -H 'authorization: Bearer ${apiKey.isNew ? apiKey.key : `$${KEY_VARIABLE}`}'`;
  const [route, body] =
    template === null
      ? ['completions', { model: name, prompt: 'Task: ', max_tokens: 32 }]
      : ['chat/completions', { model: name, messages: [{ role: 'user', content: 'Hello' }] }];
  print(
    cli,
    `ready: ${name} at ${url}/v1, ${context} tokens a request`,
    ...(template === null ? ['no chat template: it completes texts, and answers no chats'] : []),
    ...(apiKey?.isNew === true ? [`key, made for this start: ${apiKey.key}`] : []),
    `try: curl ${url}/v1/${route} -H 'content-type: application/json'${auth} -d '${JSON.stringify(body)}'`,
  );
}
