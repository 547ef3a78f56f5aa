import { readFile } from 'node:fs/promises';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './connection.ts';

const CHANNELS = ['--stdio', '--node-ipc', '--socket', '--pipe'];
const named = process.argv.some((argument) => CHANNELS.some((one) => argument.startsWith(one)));
if (!named) process.argv.push('--stdio');

startServer(createConnection(ProposedFeatures.all), {
  readText: (path) => readFile(path, 'utf8'),
  env: process.env,
  clock: { now: () => Date.now() },
});
