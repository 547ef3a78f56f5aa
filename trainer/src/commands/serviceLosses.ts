import type { Config } from '@deepcoder/config';
import type { ServiceParams, ServiceResult } from '@deepcoder/trainer-protocol';
import { checkpointStamp } from '../checkpoint/checkpointStamp.ts';
import { encodeContext } from '../data/encode/encodeContext.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import type { PlacedTokens } from '../data/placeTokens.ts';
import type { ParsedFile } from '../data/render/plainFile.ts';
import { type LossScorer, openLossScorer, type TextLosses } from '../service/openLossScorer.ts';
import { Recent } from '../service/recent.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Cli } from './cli.ts';
import { aboutOf, chosenFormat, parseEdited, tokensOf, trajectoryOf } from './editedFile.ts';
import { findCheckpoint } from './findCheckpoint.ts';
import { startFolder } from './findRun.ts';
import { configOfRun } from './loadRunConfig.ts';

type Params = ServiceParams<'tokenLosses'>;
type Result = ServiceResult<'tokenLosses'>;

/**
 * Losses of the tokens of documents, one request after the other. The models of the last run that was
 * asked for stay loaded.
 */
export function serviceLosses({
  env,
}: Pick<Cli, 'env'>): (params: Params, signal: AbortSignal) => Promise<Result> {
  const scorers = new Recent<Promise<LossScorer>>(1, (dropped) => {
    void dropped.then((scorer) => scorer.dispose()).catch(() => undefined);
  });
  const files = new Recent<ParsedFile>(4);

  async function open(config: Config, run: { checkpoint: string; cwd: string }) {
    const { checkpoint, cwd } = run;
    const { teacher } = config;
    const teachers = teacher.model === null ? '' : await placeOf(teacher.model, cwd);
    const stamps = [await checkpointStamp(checkpoint), await checkpointStamp(teachers)];
    const key = JSON.stringify([run, stamps, config]);
    const opening = scorers.get(key, () => openLossScorer({ config, cwd, checkpoint }));
    return opening.catch((error: unknown) => {
      scorers.forget(key);
      throw error;
    });
  }

  async function answer(params: Params, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    const { run, file: name } = params;
    const checkpoint = await findCheckpoint(run, 'best');
    const { config } = await configOfRun(run, { env });
    const cwd = startFolder(run, config) ?? params.cwd;
    const scorer = await open(config, { checkpoint, cwd });
    signal.throwIfAborted();
    const { data: settings, weights } = config;
    const context = encodeContext(scorer.tokenizer, { settings, weights, now: () => 0 });
    const chosen = await chosenFormat(name, config, cwd);
    const format = chosen.format ?? params.format;
    const rules = chosen.rules ?? params.rules;
    const file = await parseEdited(params, { format, rules }, files);
    const { trouble, ...placed } = await tokensOf(file, trajectoryOf(file, params), context);
    const losses: TextLosses[] = [];
    for (const ids of placed.sequences) losses.push(await scorer.score(ids, signal));
    return {
      ...aboutOf(file, scorer.tokenizer, config),
      ...{ checkpoint, tokens: placed.columns, trouble },
      ...(await columnsOf(placed, losses, scorer.tokenizer)),
      teacherTrouble: scorer.teacherTrouble,
    };
  }

  let last: Promise<unknown> = Promise.resolve();
  return (params, signal) => {
    const begin = (): Promise<Result> => answer(params, signal);
    const answered = last.then(begin, begin);
    last = answered;
    return answered;
  };
}

/** Where nothing is there yet, that is what is known of it. */
async function placeOf(model: string, cwd: string): Promise<string> {
  return modelPlace(model, { cwd }).catch(() => '');
}

type Columns = Pick<Result, 'loss' | 'likeliest' | 'teacherAgreement'>;

async function columnsOf(
  { sequence, place }: PlacedTokens,
  losses: readonly TextLosses[],
  tokenizer: Tokenizer,
): Promise<Columns> {
  const hasTeacher = losses.every(({ agreement }) => agreement !== null) && losses.length > 0;
  const texts = new Map<number, string>();
  const columns: Columns = {
    ...{ loss: [], likeliest: [] },
    teacherAgreement: hasTeacher ? [] : null,
  };
  for (const [token, at] of place.entries()) {
    const own = at > 0 ? losses[sequence[token]!]! : null;
    columns.loss.push(own && rounded(own.loss[at]!));
    columns.teacherAgreement?.push(own && rounded(Math.min(1, own.agreement![at]!)));
    columns.likeliest.push(own && (await textOf(own.likeliest[at]!, texts, tokenizer)));
  }
  return columns;
}

async function textOf(id: number, known: Map<number, string>, tokenizer: Tokenizer) {
  const text = known.get(id) ?? (await tokenizer.decode([id]));
  known.set(id, text);
  return text;
}

/** To a millionth: f32 knows no more, and the numbers go over as text. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
