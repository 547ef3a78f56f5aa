import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { ServiceResult } from '@deepcoder/trainer-protocol';
import { parse, SIDECAR_SUFFIX, type Trajectory } from '@deepcoder/trajectory';
import type { LabelRules } from '@deepcoder/vocabulary';
import { annotate } from '../data/encode/annotate.ts';
import type { EncodeContext } from '../data/encode/encodeContext.ts';
import { type PlacedTokens, placeTokens, type TokenColumns } from '../data/placeTokens.ts';
import { foreignLabels } from '../data/render/foreignLabels.ts';
import { renderRecord } from '../data/render/renderRecord.ts';
import type { ParsedFile } from '../data/render/plainFile.ts';
import { findSources } from '../data/sources/findSources.ts';
import { textsOf } from '../data/sources/readTexts.ts';
import { noTurn, reasonsOf, whyNothing } from '../data/whyNothing.ts';
import type { Recent } from '../service/recent.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

type Trouble = ServiceResult<'tokenPreview'>['trouble'];

interface ChosenFormat {
  /** Null: by detection. */
  format: string | null;
  rules: LabelRules | null;
}

/** A file as an editor has it: parsed, with what a person has relabelled; `text` null: as on the disk. */
export async function parseEdited(
  {
    file,
    text: given,
    sidecar: own,
  }: { file: string; text: string | null; sidecar: string | null },
  { format, rules }: ChosenFormat,
  files: Recent<ParsedFile>,
): Promise<ParsedFile> {
  const text = given ?? (await firstText(file));
  const sidecar = own ?? (await readFile(`${file}${SIDECAR_SUFFIX}`, 'utf8').catch(() => null));
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

/** As on the disk; of an archive the first file that can be read. */
async function firstText(file: string): Promise<string> {
  let why = 'there is nothing in it';
  for await (const read of textsOf(file)) {
    if ('text' in read) return read.text;
    why = read.refused;
  }
  throw new DeepCoderError('file-unreadable', `${file}: cannot be read (${why})`, { exitCode: 3 });
}

export function aboutOf({ parsed }: ParsedFile, tokenizer: Tokenizer, { data }: Config) {
  const { maxLength, trainOn } = data;
  return { format: parsed.format, tokenizer: tokenizer.files.place, maxLength, trainOn };
}

/** The format the config assigns to the file; files not yet on disk use detection. */
export async function chosenFormat(
  file: string,
  { data }: Config,
  cwd: string,
): Promise<ChosenFormat> {
  const none = { format: null, rules: null };
  const sources = await findSources([file], data, cwd).catch(() => null);
  return sources?.files[0] ?? none;
}

/** The tokens of a trajectory as the config has them learnt, and what is wrong with that. */
export async function tokensOf(
  file: ParsedFile,
  trajectory: Trajectory,
  context: EncodeContext,
): Promise<PlacedTokens & { trouble: Trouble }> {
  const rendered = renderRecord(file, trajectory, context);
  if (!rendered.ok) {
    const { code, message } = rendered;
    return { ...(await placeTokens(file, [], context)), trouble: { code, message } };
  }
  const placed = await placeTokens(file, rendered.texts, context);
  if (rendered.texts.length === 0) {
    return { ...placed, trouble: noTurn(file.parsed, trajectory, context.settings) };
  }
  return { ...placed, trouble: troubleOf(placed.columns, context) };
}

export function trajectoryOf(
  { parsed }: ParsedFile,
  { file, traj }: { file: string; traj: number },
): Trajectory {
  const trajectory = parsed.trajectories[traj];
  if (trajectory !== undefined) return trajectory;
  const message = `${file}: there is no trajectory ${traj} in it`;
  throw new DeepCoderError('not-a-trajectory', message, { exitCode: 3 });
}

function troubleOf(
  { weight, reason, truncated, id }: TokenColumns,
  context: EncodeContext,
): Trouble {
  const { maxLength, truncate } = context.settings;
  const cut = truncated.filter((one) => one === 1).length;
  const reasons = reasonsOf(reason);
  const stays = truncate === 'left' || truncate === 'right' || !reasons.includes('max_length');
  if (stays && !weight.some((one) => one > 0)) {
    return { code: 'nothing-supervised', message: whyNothing(reasons, context.settings) };
  }
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
