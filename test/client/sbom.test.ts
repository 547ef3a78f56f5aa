import { expect, test } from 'vitest';
import { sbom } from '../../client/scripts/sbom.mjs';
import { shippedPackages } from '../../client/scripts/thirdPartyLicences.mjs';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';

interface Bom {
  bomFormat: string;
  components: { 'bom-ref': string; purl: string; licenses: unknown[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

test(
  'the bill of materials has every package that goes along, and no other',
  { timeout: 180_000 },
  () => {
    const { bomFormat, components, dependencies } = sbom(checkoutRoot, 'linux-x64') as Bom;
    expect(bomFormat).toBe('CycloneDX');
    const refs = components.map((one) => one['bom-ref']);
    const shipped = shippedPackages(checkoutRoot).map(({ name, version }) => `${name}@${version}`);
    expect(refs).toEqual(expect.arrayContaining(shipped));
    const more = refs.filter((ref) => !shipped.includes(ref) && !ref.startsWith('@deepcoder/'));
    expect(more.map((ref) => ref.replace(/@[^@]*$/, ''))).toEqual(['@koromix/koffi-linux-x64']);
    for (const { purl, licenses } of components) expect(licenses, purl).not.toEqual([]);
    const known = new Set(refs);
    for (const { dependsOn } of dependencies)
      for (const ref of dependsOn) expect(known).toContain(ref);
  },
);
