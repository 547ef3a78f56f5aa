/**
 * `npm run package [-- target ...]`: makes VSIX files, each with the native code of its platform alone.
 * Targets are VS Code's names (`linux-x64`); default: this machine's. `all` makes every one.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { prepareCheckout } from '../../trainer/scripts/prepareCheckout.mjs';
import { fetchKoffiBinary } from './koffiBinary.mjs';
import { packageContents, TARGETS } from './packageContents.mjs';
import { sbom } from './sbom.mjs';
import { thirdPartyLicences } from './thirdPartyLicences.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUT = join(ROOT, 'dist/vsix');
const MAX_BYTES = 80e6;

/** Fields of package.json that say something of the extension, not of the repository. */
const LEFT_OUT = ['private', 'workspaces', 'scripts', 'dependencies', 'devDependencies'];

const USAGE = `npm run package [-- target ...]: VSIX files into dist/vsix
targets: ${Object.keys(TARGETS).join(', ')}, or all; default: this machine's`;

const wanted = wantedTargets(process.argv.slice(2));
if (wanted === null) {
  console.log(USAGE);
  process.exit(process.argv.includes('--help') ? 0 : 2);
}
await prepareCheckout();
for (const target of wanted) {
  const file = await packageFor(target);
  const bytes = statSync(file).size;
  console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB`);
  if (bytes > MAX_BYTES) throw new Error(`${file} has more than ${MAX_BYTES / 1e6} MB`);
}

/**
 * @param {string[]} names
 * @returns {import('./packageContents.mjs').Target[] | null} null: one of them is none
 */
function wantedTargets(names) {
  const known = /** @type {(keyof typeof TARGETS)[]} */ (Object.keys(TARGETS));
  if (names.includes('all')) return known;
  const wanted = names.length > 0 ? names : [`${process.platform}-${process.arch}`];
  const targets = known.filter((target) => wanted.includes(target));
  return targets.length === wanted.length ? targets : null;
}

/** @param {import('./packageContents.mjs').Target} target */
async function packageFor(target) {
  const folder = join(OUT, target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (target !== 'web') fetchKoffiBinary(target, ROOT);
  for (const [to, from] of packageContents(target, ROOT)) cpSync(from, join(folder, to));
  writeManifest(folder, target);
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicences(ROOT));
  writeFileSync(join(folder, 'sbom.cdx.json'), JSON.stringify(sbom(ROOT, target), null, 2));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const packagePath = join(OUT, `deepcoder-${target}-${version}.vsix`);
  await createVSIX({
    cwd: folder,
    packagePath,
    target,
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  return packagePath;
}

/**
 * @param {string} folder
 * @param {import('./packageContents.mjs').Target} target
 */
function writeManifest(folder, target) {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const field of LEFT_OUT) delete manifest[field];
  if (target === 'web') delete manifest.main;
  manifest.engines = { vscode: manifest.engines.vscode };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
}
