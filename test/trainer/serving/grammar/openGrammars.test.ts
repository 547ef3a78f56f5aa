import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openGrammars } from '../../../../trainer/src/serving/grammar/openGrammars.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** Stands in for the library's thread: it allows one token, and dies as it is told to when a text ends. */
const WORKER = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ ended, grammar }) => {
  if (ended === undefined) parentPort.postMessage({ allowed: Int32Array.of(2), isOver: false });
  else if (ended === 0) throw new Error('a fault while nothing is asked');
  else process.exit(1);
});
`;

test('a thread that dies while nothing is asked ends no process, and the next takes its place', async () => {
  const script = path.join(temporaryFolder(), 'worker.mjs');
  writeFileSync(script, WORKER);
  const grammars = openGrammars(() => ({ tokens: ['a', 'b'], stopIds: [] }), {
    script: pathToFileURL(script),
  });
  for (let text = 0; text < 3; text += 1) {
    const constraint = await grammars.open('root ::= "b"');
    const isAllowed = await constraint.allowed();
    expect([0, 1].filter((id) => isAllowed!(id))).toEqual([1]);
    constraint.end();
    await setTimeout(300);
  }
  await grammars.close();
});
