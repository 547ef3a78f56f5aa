/** `npm run soak [-- EDITS [SEED]]`: the whole soak of the language server, 100,000 edits unless told else. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { helpFirst } from '../../../trainer/scripts/helpFirst.mjs';

helpFirst(import.meta.filename);

const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const [edits = '100000', seed = '11'] = process.argv.slice(2);
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/server/lsp/soak.test.ts'], {
  cwd: fileURLToPath(new URL('../../../', import.meta.url)),
  env: { ...process.env, DEEPCODER_SOAK_EDITS: edits, DEEPCODER_SOAK_SEED: seed },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
