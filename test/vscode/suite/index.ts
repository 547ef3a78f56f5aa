import Mocha from 'mocha';

/** Which tests run: in a trusted workspace, in restricted mode, from a package, with several folders. */
const SUITES = {
  trusted: () =>
    Promise.all([
      import('./activation.ts'),
      import('./trajectories.ts'),
      import('./trajectoryLanguage.ts'),
      import('./configs.ts'),
      import('./configLanguage.ts'),
      import('./inspector.ts'),
      import('./tasks.ts'),
    ]),
  restricted: () => Promise.all([import('./restricted.ts')]),
  packaged: () => Promise.all([import('./packaged.ts')]),
  several: () => Promise.all([import('./several.ts')]),
};

type Suite = keyof typeof SUITES;

/** Called by VS Code in its extension host; rejects when a test has failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  const wanted = process.env['DEEPCODER_SUITE'] ?? 'trusted';
  await SUITES[wanted in SUITES ? (wanted as Suite) : 'trusted']();
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed`));
    });
  });
}
