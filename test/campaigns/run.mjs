/**
 * `npm run campaign -- NAME [--minutes N | --tries N] [--seed S] [--state FILE] [--fresh]`: attacks the product in one
 * way, with one seed after the other, and prints how many tries there were, how many passed, and each failure with
 * the seed that repeats it (`--seed S --tries 1`). Without `--seed` it goes on where it was broken off, with the
 * numbers so far, from a file in the user's cache or `--state FILE`; `--fresh` begins again; `--short` makes the tries
 * of `npm run test:campaigns`. A try that does not end within its limit is a failure.
 *
 * kill: trainings of twelve kinds, killed at random moments and resumed; equal bit for bit with undisturbed ones.
 * disk: a disk that fills up at a random moment, under a run, its caches, its report; told, and nothing is lost.
 * damage: a file of a run, a checkpoint or a cache, damaged in one of 20 ways; told or healed.
 * fuzz: files that are edited at random, read incrementally; equal to reading them whole.
 * grow: texts that repeat something of a file, read at four sizes; more than linear time fails.
 * server: edits, requests, cancellations and malformed messages; answers equal a fresh server's, memory stays flat.
 * hostile: configs, checkpoints, tokenizers, templates, archives and GGUF files that mean harm; refused in time.
 *
 * `DEEPCODER_CORPUS` names a folder with trajectory files, which fuzz and server take beside the fixtures.
 */
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';
import { NAMES, runCampaign } from './bundle.mjs';

helpFirst(import.meta.filename);

const [name = '', ...args] = process.argv.slice(2);
if (!NAMES.includes(name)) {
  console.error(`usage: npm run campaign -- ${NAMES.join(' | ')} [--minutes N] [--seed S]`);
  process.exit(2);
}
const outcome = await runCampaign(name, args);
if ('refused' in outcome) console.log(`${name}: skipped, ${outcome.refused}`);
process.exitCode = 'refused' in outcome ? 77 : Math.min(1, outcome.failed.length);
