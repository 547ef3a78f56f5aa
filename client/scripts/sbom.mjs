import { execFileSync } from 'node:child_process';
import { shippedPackages } from './thirdPartyLicences.mjs';

/**
 * The packages whose code goes along, in the form of CycloneDX: what npm tells of the lock file, without those that
 * only build and test, or that are another platform's. (npm's `--omit dev` leaves out what both need.)
 * @param {string} root
 * @param {string} target
 */
export function sbom(root, target) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    shell: process.platform === 'win32',
  });
  const all = JSON.parse(text);
  const refs = new Set(shippedPackages(root).map(({ name, version }) => `${name}@${version}`));
  const isShipped = (/** @type {string} */ ref) =>
    refs.has(ref) ||
    ref.startsWith('@deepcoder/') ||
    ref.startsWith(`@koromix/koffi-${target}@`) ||
    ref === all.metadata.component['bom-ref'];
  // npm names the whole by the checkout's folder.
  all.metadata.component.name = 'deepcoder';
  all.components = all.components.filter((/** @type {Named} */ one) => isShipped(one['bom-ref']));
  all.dependencies = all.dependencies
    .filter((/** @type {Linked} */ { ref }) => isShipped(ref))
    .map((/** @type {Linked} */ { ref, dependsOn }) => ({
      ref,
      dependsOn: dependsOn.filter(isShipped),
    }));
  return all;
}

/** @typedef {{ 'bom-ref': string }} Named */
/** @typedef {{ ref: string, dependsOn: string[] }} Linked */
