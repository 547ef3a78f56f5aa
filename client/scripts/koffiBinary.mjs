import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The package of koffi's binary for a target. npm installs that of this machine; those of others are fetched
 * beside the packages that are made.
 * @param {string} target
 * @param {string} root the checkout
 * @returns {string} its folder, which may not be there yet
 */
export function koffiBinary(target, root) {
  const name = join('node_modules', '@koromix', `koffi-${target}`);
  const installed = join(root, name);
  return existsSync(installed) ? installed : join(fetchedInto(target, root), name);
}

/**
 * Fetches the package where it is missing, in koffi's version.
 * @param {string} target
 * @param {string} root
 */
export function fetchKoffiBinary(target, root) {
  if (existsSync(koffiBinary(target, root))) return;
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules/koffi/package.json'), 'utf8'),
  );
  const folder = fetchedInto(target, root);
  mkdirSync(folder, { recursive: true });
  const [os = '', cpu = ''] = target.split('-');
  const wanted = `@koromix/koffi-${target}@${version}`;
  // npm refuses packages of other machines unless it is forced.
  const flags = ['--force', '--no-save', '--ignore-scripts', `--os=${os}`, `--cpu=${cpu}`];
  execFileSync('npm', ['install', '--prefix', folder, ...flags, wanted], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/**
 * @param {string} target
 * @param {string} root
 */
function fetchedInto(target, root) {
  return join(root, 'dist/native', target);
}
