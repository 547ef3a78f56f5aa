import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { ServiceParams, ServiceResult } from '@deepcoder/trainer-protocol';
import { type LabelRules, parse, SIDECAR_SUFFIX, type Trajectory } from '@deepcoder/trajectory';
import { annotate } from '../data/encode/annotate.ts';
import { encodeContext, type EncodeContext } from '../data/encode/encodeContext.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { foreignLabels } from '../data/render/foreignLabels.ts';
import { renderRecord, type ParsedFile } from '../data/render/renderRecord.ts';
import { findSources } from '../data/sources/findSources.ts';
import { type TokenColumns, tokenColumns } from '../data/tokenColumns.ts';
import { openRunTokenizer } from '../recipes/openStudent.ts';
import { Recent } from '../service/recent.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Cli } from './cli.ts';
import { loadForRun } from './loadForRun.ts';
import { loadRunConfig } from './loadRunConfig.ts';

type Request = Omit<ServiceParams<'tokenPreview'>, 'traj'>;
type Trouble = ServiceResult<'tokenPreview'>['trouble'];

export interface ServiceTokens {
  counts: (
    params: ServiceParams<'tokenCounts'>,
    signal: AbortSignal,
  ) => Promise<ServiceResult<'tokenCounts'>>;
  preview: (params: ServiceParams<'tokenPreview'>) => Promise<ServiceResult<'tokenPreview'>>;
}

/** Tokens of documents that are open in an editor. Tokenizers and parsed texts are kept for the next time. */
export function serviceTokens(cli: Pick<Cli, 'env' | 'programFolder'>): ServiceTokens {
  const tokenizers = new Recent<Promise<Tokenizer>>(4);
  const contexts = new Recent<EncodeContext>(4);
  const files = new Recent<ParsedFile>(4);

  const open = async (request: Request) => {
    const config = await configFor(request, cli);
    const cwd = request.place?.cwd ?? path.dirname(request.file);
    const place = tokenizerPlace(request, config, cwd);
    const key = `${place}:${await stampOf(place)}`;
    const opening = tokenizers.get(key, () =>
      request.tokenizer === null
        ? openRunTokenizer(config, cwd).then(({ tokenizer }) => tokenizer)
        : openTokenizer(request.tokenizer),
    );
    const tokenizer = await opening.catch((error: unknown) => {
      tokenizers.forget(key);
      throw error;
    });
    const { data: settings, weights } = config;
    const context = contexts.get(`${key}${JSON.stringify([settings, weights])}`, () =>
      encodeContext(tokenizer, { settings, weights, now: () => 0 }),
    );
    const file = await parsedFile(request, { config, cwd, files });
    return { context, file, about: aboutOf(file, tokenizer, config) };
  };
  return {
    counts: async (request, signal) => {
      const { context, file, about } = await open(request);
      const { from, to = Infinity } = request;
      const spans = file.parsed.spans.map((): number | null => null);
      const weights = [...spans];
      const trajectories: ServiceResult<'tokenCounts'>['trajectories'] = [];
      for (const trajectory of file.parsed.trajectories.slice(from, to)) {
        signal.throwIfAborted();
        const { tokens, trouble } = await tokensOf(file, trajectory, context);
        countSpans(tokens, spans, weights);
        trajectories.push({ traj: trajectory.index, ...countsOf(tokens), trouble });
      }
      return { ...about, spans, weights, trajectories };
    },
    preview: async (request) => {
      const { context, file, about } = await open(request);
      const trajectory = file.parsed.trajectories[request.traj];
      if (trajectory === undefined) {
        const message = `${request.file}: there is no trajectory ${request.traj} in it`;
        throw new DeepCoderError('not-a-trajectory', message, { exitCode: 3 });
      }
      return { ...about, ...(await tokensOf(file, trajectory, context)) };
    },
  };
}

function aboutOf({ parsed }: ParsedFile, tokenizer: Tokenizer, { data }: Config) {
  return { format: parsed.format, tokenizer: tokenizer.files.place, maxLength: data.maxLength };
}

/** Without a config the defaults hold; the student is only there because a config needs one. */
async function configFor(
  { place, file }: Request,
  { env, programFolder }: Pick<Cli, 'env' | 'programFolder'>,
): Promise<Config> {
  if (place !== null) {
    const { config: from, set, environment, cwd } = place;
    const request = { path: from, set, environment, env };
    return (await loadForRun({ cwd, programFolder }, request)).config;
  }
  const set = [`data.train=[${JSON.stringify(file)}]`, 'student.model=none'];
  const plain = { ...env, DEEPCODER_ENV: '' };
  return (await loadRunConfig({ path: 'fast', set, env: plain })).config;
}

function tokenizerPlace({ tokenizer, place }: Request, config: Config, cwd: string): string {
  const named = config.tokenizer ?? config.student.model ?? config.teacher.model;
  const found = tokenizer ?? (place === null ? null : named);
  if (found !== null) return path.resolve(cwd, found);
  throw new DeepCoderError(
    'tokenizer-missing',
    'there is no config with a tokenizer for this file; name one in a config beside it',
    { exitCode: 2 },
  );
}

async function stampOf(place: string): Promise<string> {
  const file = place.endsWith('.json') ? place : path.join(place, 'tokenizer.json');
  const found = await stat(file).catch(() => null);
  return found === null ? '' : `${found.mtimeMs}:${found.size}`;
}

interface FileDeps {
  config: Config;
  cwd: string;
  files: Recent<ParsedFile>;
}

async function parsedFile(
  { file, text: given, format: asked }: Request,
  { config, cwd, files }: FileDeps,
): Promise<ParsedFile> {
  const text = given ?? (await readFile(file, 'utf8'));
  const sidecar = await readFile(`${file}${SIDECAR_SUFFIX}`, 'utf8').catch(() => null);
  const chosen = await chosenFormat(file, config, cwd);
  const { rules } = chosen;
  const format = asked ?? chosen.format;
  const hash = createHash('sha1').update(text);
  hash.update(JSON.stringify([file, sidecar, format, rules]));
  return files.get(hash.digest('hex'), () => {
    const asIs = parse(text, {
      fileName: path.basename(file),
      ...(format !== null && { format }),
      ...(rules !== null && { rules }),
    });
    const { parsed } = annotate(text, asIs, sidecar);
    return { text, parsed, isForeign: foreignLabels(text, parsed) };
  });
}

/** What the config says of the file; a file that is not on the disk yet is left to detection. */
async function chosenFormat(
  file: string,
  { data }: Config,
  cwd: string,
): Promise<{ format: string | null; rules: LabelRules | null }> {
  const none = { format: null, rules: null };
  const sources = await findSources([file], data, cwd).catch(() => null);
  return sources?.files[0] ?? none;
}

async function tokensOf(
  file: ParsedFile,
  trajectory: Trajectory,
  context: EncodeContext,
): Promise<{ tokens: TokenColumns; trouble: Trouble }> {
  const rendered = renderRecord(file, trajectory, context);
  if (!rendered.ok) {
    const { code, message } = rendered;
    return { tokens: await tokenColumns(file, [], context), trouble: { code, message } };
  }
  const tokens = await tokenColumns(file, rendered.texts, context);
  return { tokens, trouble: troubleOf(tokens, context) };
}

function troubleOf({ weight, truncated, id }: TokenColumns, context: EncodeContext): Trouble {
  const { maxLength, truncate } = context.settings;
  if (!weight.some((one) => one > 0)) {
    return { code: 'nothing-supervised', message: 'no token of it is supervised' };
  }
  const cut = truncated.filter((one) => one === 1).length;
  if (cut === 0) return null;
  const consequence = {
    error: 'the run would stop',
    drop: 'it is left out',
    left: `its first ${cut} are cut off`,
    right: `its last ${cut} are cut off`,
  }[truncate];
  const message = `it has ${id.length} tokens, data.max_length is ${maxLength}: ${consequence}`;
  return { code: 'too-long', message };
}

function countsOf({ id, weight, truncated }: TokenColumns) {
  return {
    tokens: id.length,
    supervised: weight.filter((one) => one > 0).length,
    truncated: truncated.filter((one) => one === 1).length,
  };
}

function countSpans(
  { span, weight }: TokenColumns,
  counts: (number | null)[],
  weights: (number | null)[],
): void {
  span.forEach((index, token) => {
    if (index < 0) return;
    counts[index] = (counts[index] ?? 0) + 1;
    weights[index] = Math.max(weights[index] ?? 0, weight[token]!);
  });
}
