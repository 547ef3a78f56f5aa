import { inject, test } from 'vitest';

/** A test that needs libtensorflow; where it cannot be built, it is skipped and says why. */
export function nativeTest(name: string, body: () => Promise<void>): void {
  test(name, async ({ skip }) => {
    const missing = inject('nativeMissing');
    if (missing !== null) skip(missing);
    await body();
  });
}
