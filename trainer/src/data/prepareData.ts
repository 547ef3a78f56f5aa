import { encodeAll } from './encode/encodeAll.ts';
import type { EncodedDocument } from './encode/encodeDocument.ts';
import type { EncodeJob } from './encode/encodeJob.ts';
import { dedupe } from './dedupe.ts';
import { fingerprintSamples } from './fingerprintSamples.ts';
import { dataReport } from './report.ts';
import { learntTokens } from './learntTokens.ts';
import { refuseLong, refuseNothing, refuseUnlearnable } from './refuse.ts';
import { environmentDocuments } from './sources/environmentDocuments.ts';
import { findSources } from './sources/findSources.ts';
import { splitRecords } from './splitRecords.ts';
import type { PrepareData, PrepareDeps, DataSettings } from './types.ts';
import type { Sample } from './sample.ts';

/** Trajectories that a worker takes from an environment at a time. */
const DOCUMENTS_A_JOB = 250;

/**
 * Everything before the first step: finds the sources, makes samples of them (in workers), leaves out
 * repetitions, splits train from eval by record id. Throws where nothing would be learnt, where samples are
 * too long and `data.truncate` is `error`, and where records teach nothing and `data.unlearnable` is `error`.
 */
export const prepareData: PrepareData = async ({ data, weights }, deps) => {
  const began = deps.now();
  const { heldOutOnly = false } = deps;
  const isNamed = typeof data.eval !== 'number';
  const train = heldOutOnly && isNamed ? [] : await jobsFor(data.train, data, deps);
  const held = typeof data.eval === 'number' ? [] : await jobsFor(data.eval, data, deps);
  const { encoded, workers } = await encodeAll([...train, ...held], {
    settings: { ...data, vision: deps.vision ?? null },
    weights,
    deps,
  });
  const all = encoded.flat();
  const rejected = all.flatMap((document) => document.rejected);
  if (data.truncate === 'error') refuseLong(rejected);
  const trainSamples = samplesOf(encoded.slice(0, train.length).flat());
  const heldSamples = samplesOf(encoded.slice(train.length).flat());
  // Held-out samples come first, so that a repetition is taken out of the training side.
  const unique = data.dedupe
    ? dedupe([...heldSamples, ...trainSamples])
    : { kept: [...heldSamples, ...trainSamples], rejected: [] };
  for (const one of unique.rejected) rejected.push(one);
  const split = splitSamples(unique.kept, new Set(heldSamples), data.eval);
  const warnings = all.flatMap((document) => document.warnings);
  if (!heldOutOnly) refuseNothing(split.train, rejected, warnings);
  if (!heldOutOnly && data.unlearnable === 'error')
    refuseUnlearnable([...heldSamples, ...trainSamples], rejected);
  const report = dataReport(all, {
    rejected,
    split,
    learnt: {
      train: learntTokens(split.train, weights),
      eval: learntTokens(split.eval, weights),
    },
    evalAsked: data.eval,
    workers,
    wallMs: deps.now() - began,
    fingerprint: fingerprintSamples(split),
  });
  return { ...split, report };
};

async function jobsFor(
  patterns: readonly string[],
  settings: DataSettings,
  deps: PrepareDeps,
): Promise<EncodeJob[]> {
  const { files, environments } = await findSources(patterns, settings, deps.cwd);
  const made = environments.flatMap((address) => {
    const documents = environmentDocuments(address, deps.environments);
    const jobs: EncodeJob[] = [];
    for (let at = 0; at < documents.length; at += DOCUMENTS_A_JOB) {
      jobs.push({ documents: documents.slice(at, at + DOCUMENTS_A_JOB) });
    }
    return jobs;
  });
  return [...files.map((file) => ({ file })), ...made];
}

function samplesOf(documents: readonly EncodedDocument[]): Sample[] {
  return documents.flatMap(({ samples }) => samples);
}

function splitSamples(
  samples: readonly Sample[],
  held: ReadonlySet<Sample>,
  share: DataSettings['eval'],
): { train: Sample[]; eval: Sample[] } {
  if (typeof share === 'number') return splitRecords(samples, share);
  return {
    train: samples.filter((sample) => !held.has(sample)),
    eval: samples.filter((sample) => held.has(sample)),
  };
}
