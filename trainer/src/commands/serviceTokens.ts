import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Config, DeepCoderError, runTokenizerPlace } from '@deepcoder/config';
import { isGguf, type ServiceParams, type ServiceResult } from '@deepcoder/trainer-protocol';
import { encodeContext, type EncodeContext } from '../data/encode/encodeContext.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import type { TokenColumns } from '../data/placeTokens.ts';
import type { ParsedFile } from '../data/render/plainFile.ts';
import { openRunTokenizer } from '../student/openStudent.ts';
import { Recent } from '../service/recent.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { unknownCount, unknownIds } from '../tokenizer/unknownTokens.ts';
import type { Cli } from './cli.ts';
import { aboutOf, chosenFormat, parseEdited, tokensOf, trajectoryOf } from './editedFile.ts';
import { loadForRun } from './loadForRun.ts';
import { loadRunConfig } from './loadRunConfig.ts';

type Request = Omit<ServiceParams<'tokenPreview'>, 'traj'>;

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
  const unknowns = new Recent<ReadonlySet<number>>(4);
  const files = new Recent<ParsedFile>(4);

  const open = async (request: Request) => {
    const config = await configFor(request, cli);
    const cwd = request.place?.cwd ?? path.dirname(request.file);
    const place = await tokenizerPlace(request, config, cwd);
    const key = `${place}:${await stampOf(place)}`;
    const opening = tokenizers.get(key, () =>
      request.tokenizer === null
        ? openRunTokenizer(config, cwd).then(({ tokenizer }) => tokenizer)
        : openTokenizer(place),
    );
    const tokenizer = await opening.catch((error: unknown) => {
      tokenizers.forget(key);
      throw error;
    });
    const { data: settings, weights } = config;
    const context = contexts.get(`${key}${JSON.stringify([settings, weights])}`, () =>
      encodeContext(tokenizer, { settings, weights, now: () => 0 }),
    );
    const chosen = await chosenFormat(request.file, config, cwd);
    const format = request.format ?? chosen.format;
    const rules = request.rules ?? chosen.rules;
    const file = await parseEdited(request, { format, rules }, files);
    const unknown = unknowns.get(key, () => unknownIds(tokenizer));
    return { context, file, unknown, about: aboutOf(file, tokenizer, config) };
  };
  return {
    counts: async (request, signal) => {
      const { context, file, unknown, about } = await open(request);
      const { from, to = Infinity } = request;
      const spans = file.parsed.spans.map((): number | null => null);
      const weights = [...spans];
      const reasons = [...spans];
      const trajectories: ServiceResult<'tokenCounts'>['trajectories'] = [];
      for (const trajectory of file.parsed.trajectories.slice(from, to)) {
        signal.throwIfAborted();
        const { columns, trouble } = await tokensOf(file, trajectory, context);
        countSpans(columns, { spans, weights, reasons });
        trajectories.push({ traj: trajectory.index, ...countsOf(columns, unknown), trouble });
      }
      return { ...about, spans, weights, reasons, trajectories };
    },
    preview: async (request) => {
      const { context, file, about } = await open(request);
      const trajectory = trajectoryOf(file, request);
      const { columns, trouble } = await tokensOf(file, trajectory, context);
      return { ...about, tokens: columns, trouble };
    },
  };
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

function tokenizerPlace(
  { tokenizer, place }: Request,
  config: Config,
  cwd: string,
): Promise<string> {
  const named = runTokenizerPlace(config);
  const found = tokenizer ?? (place === null ? null : named);
  if (found !== null) return modelPlace(found, { cwd, need: 'tokenizer' });
  throw new DeepCoderError(
    'tokenizer-missing',
    'there is no config with a tokenizer for this file; name one in a config beside it',
    { exitCode: 2 },
  );
}

async function stampOf(place: string): Promise<string> {
  const isFile = place.endsWith('.json') || isGguf(place);
  const file = isFile ? place : path.join(place, 'tokenizer.json');
  const found = await stat(file).catch(() => null);
  return found === null ? '' : `${found.mtimeMs}:${found.size}`;
}

function countsOf({ id, weight, truncated }: TokenColumns, unknown: ReadonlySet<number>) {
  return {
    tokens: id.length,
    unknown: unknownCount(id, unknown),
    supervised: weight.filter((one) => one > 0).length,
    truncated: truncated.filter((one) => one === 1).length,
  };
}

interface SpanCounts {
  spans: (number | null)[];
  weights: (number | null)[];
  reasons: (number | null)[];
}

/** A span counts what its heaviest token does, for the reason of that one. */
function countSpans(
  { span, weight, reason }: TokenColumns,
  { spans, weights, reasons }: SpanCounts,
): void {
  span.forEach((index, token) => {
    if (index < 0) return;
    spans[index] = (spans[index] ?? 0) + 1;
    const most = weights[index];
    if (most != null && most >= weight[token]!) return;
    weights[index] = weight[token]!;
    reasons[index] = reason[token]!;
  });
}
