import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import { startLanguageServer } from '../../support/languageServer.ts';
import { soak } from './soak.ts';

/** `npm run soak` sets them: 100,000 edits. */
const EDITS = Number(process.env['DEEPCODER_SOAK_EDITS'] ?? 400);
const SEED = Number(process.env['DEEPCODER_SOAK_SEED'] ?? 11);

test.runIf(process.platform === 'linux')(
  `${EDITS} edits: every answer as a fresh server's, no crash, no leak`,
  async () => {
    await buildProgram();
    const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
    const start = () =>
      startLanguageServer({
        folder,
        capabilities: { textDocument: { diagnostic: {} } },
        // What lies on the disk is told when it was looked at, which is sooner or later.
        settings: { config: { checkDisk: false } },
      });
    const server = await start();
    const log = (line: string): void => {
      if (EDITS > 1000) console.log(line);
    };
    try {
      const { halfWay, end } = await soak(server, {
        ...{ edits: EDITS, compareEvery: 20, renewEvery: 50, seed: SEED },
        ...{ startFresh: start, log },
      });
      expect(server.child.exitCode).toBeNull();
      // Code is still being compiled in a short one.
      expect(end).toBeLessThan(halfWay * 1.3 + 30e6);
    } finally {
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  4 * 3600_000,
);
