import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is bundled or copied, by its entry: these and all that they need. */
const WORKSPACES = [
  'client',
  'client/panel',
  'server',
  'server/protocol',
  'trainer',
  'trainer/protocol',
  'configs',
];

/**
 * Names, versions and licences of all packages whose code goes along, as their licences ask.
 * @param {string} root
 */
export function thirdPartyLicences(root) {
  return shippedPackages(root)
    .map(
      ({ name, version, licence, folder }) =>
        `${name} ${version} (${licence})\n\n${licenceText(folder)}`,
    )
    .sort()
    .join(`\n\n${'-'.repeat(80)}\n\n`);
}

/**
 * All packages whose code goes along.
 * @param {string} root
 */
export function shippedPackages(root) {
  /** @type {Map<string, { name: string, version: string, licence: string, folder: string }>} */
  const found = new Map();
  const visit = (/** @type {string} */ name, /** @type {string} */ from) => {
    if (name.startsWith('@deepcoder/')) return;
    const folder = findPackage(name, from, root);
    if (folder === null || found.has(folder)) return;
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { version } = manifest;
    found.set(folder, { name, version, licence: licenceName(manifest), folder });
    for (const child of Object.keys(manifest.dependencies ?? {})) visit(child, folder);
  };
  for (const workspace of WORKSPACES) {
    const folder = join(root, workspace);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of Object.keys(manifest.dependencies ?? {})) visit(name, folder);
  }
  return [...found.values()];
}

/**
 * As Node looks for packages: from a folder upwards.
 * @param {string} name
 * @param {string} from
 * @param {string} root
 * @returns {string | null}
 */
function findPackage(name, from, root) {
  for (let folder = from; folder.startsWith(root.replace(/\/$/, '')); folder = join(folder, '..')) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return null;
}

/** @param {{ license?: unknown, licenses?: { type: string }[] }} manifest */
function licenceName({ license, licenses }) {
  return typeof license === 'string'
    ? license
    : (licenses?.map(({ type }) => type).join(', ') ?? '');
}

/** @param {string} folder */
function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
}
