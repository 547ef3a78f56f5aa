import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildProgram } from '../../support/deepcoderProgram.ts';
import { startLanguageServer } from '../../support/languageServer.ts';
import { soak } from './soak.ts';

/** `npm run soak` sets it to 100,000. */
const EDITS = Number(process.env['DEEPCODER_SOAK_EDITS'] ?? 400);

test.runIf(process.platform === 'linux')(
  `${EDITS} edits: every answer as a fresh document's, no crash, no leak`,
  async () => {
    await buildProgram();
    const folder = mkdtempSync(path.join(tmpdir(), 'dc-'));
    const capabilities = { textDocument: { diagnostic: {} } };
    const server = await startLanguageServer({ folder, capabilities });
    try {
      const { halfWay, end } = await soak(server, { edits: EDITS, compareEvery: 20, seed: 11 });
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
