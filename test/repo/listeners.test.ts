import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';

const SOURCES = ['client/src', 'configs/src', 'server/src', 'server/trajectory/src', 'trainer'];

/** How Node, fastify and ws begin to listen. */
const LISTENS = /\b(?:createServer|createSecureServer|fastify|WebSocketServer|createSocket)\(/;

/** What may listen, and why nobody else reaches it. SECURITY.md says the same to people. */
const KNOWN: Readonly<Record<string, RegExp>> = {
  // A port that is free, asked for on loopback and let go of at once.
  'trainer/src/scoring/launched/startTeacher.ts': /server\.listen\(0, '127\.0\.0\.1'/,
  // A socket file, for its owner alone; a named pipe on Windows.
  'trainer/src/run/controlServer.ts': /chmod\(socketPath, 0o600\)/,
  // Loopback; on another address each request needs a key (`serve.test.ts`).
  'trainer/src/serving/server.ts': /app\.listen\(place\)/,
};

const files = SOURCES.flatMap((folder) =>
  readdirSync(path.join(checkoutRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => /\.(ts|mjs)$/.test(name) && !/\/(node_modules|dist|scripts)\//.test(name)),
);
const textOf = (file: string): string => readFileSync(path.join(checkoutRoot, file), 'utf8');

test('what listens is known, and private', () => {
  const listening = files.filter((file) => LISTENS.test(textOf(file)));
  expect(listening.sort()).toEqual(Object.keys(KNOWN).sort());
  for (const [file, isPrivate] of Object.entries(KNOWN))
    expect(textOf(file), file).toMatch(isPrivate);
});
