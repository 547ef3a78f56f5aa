/**
 * `npm run test:campaigns`: the short form of every campaign, the same tries each time; the last line counts them.
 */
import { helpFirst } from '../../trainer/scripts/helpFirst.mjs';
import { NAMES, runCampaign } from './bundle.mjs';

helpFirst(import.meta.filename);

let passed = 0;
let failed = 0;
let skipped = 0;
for (const name of NAMES) {
  const startMs = performance.now();
  const outcome = await runCampaign(name, ['--short']);
  if ('refused' in outcome) {
    console.log(`skipped: campaign ${name}: ${outcome.refused}`);
    skipped += 1;
    continue;
  }
  for (const seed of outcome.failed) console.log(`failed: campaign ${name}, seed ${seed}`);
  passed += outcome.tried - outcome.failed.length;
  failed += outcome.failed.length;
  console.log(`${name} took ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
}
const rest = skipped > 0 ? `, ${skipped} skipped` : '';
console.log(`${passed} passed, ${failed} failed${rest}`);
process.exitCode = Math.min(1, failed);
