import path from 'node:path';
import Mocha from 'mocha';

/** Called by VS Code in its extension host; rejects when a test has failed. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, reporter: 'spec', color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./activation.ts');
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => {
      if (failures === 0) resolve();
      else reject(new Error(`${failures} failed in ${path.basename(__filename)}`));
    });
  });
}
