import Mocha from 'mocha';

/** Which tests run: those of a trusted workspace, or those of one in restricted mode. */
const SUITES = {
  trusted: () =>
    Promise.all([
      import('./activation.ts'),
      import('./trajectories.ts'),
      import('./configs.ts'),
      import('./inspector.ts'),
      import('./tasks.ts'),
    ]),
  restricted: () => Promise.all([import('./restricted.ts')]),
};

/** Called by VS Code in its extension host; rejects when a test has failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await SUITES[process.env['DEEPCODER_SUITE'] === 'restricted' ? 'restricted' : 'trusted']();
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures === 0) resolve();
      else reject(new Error(`${failures} tests failed`));
    });
  });
}
