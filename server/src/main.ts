import { readFile } from 'node:fs/promises';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { registerConfigs } from './configs/registerConfigs.ts';
import { registerFileIndex } from './largeFiles/registerFileIndex.ts';
import { startServer } from './lsp/connection.ts';
import { lastSpeed } from './runs/lastSpeed.ts';
import { registerRuns } from './runs/registerRuns.ts';
import { documentCreator, updateDocument } from './trajectories/document/documents.ts';
import { createFormats } from './trajectories/formats/formats.ts';
import { registerTrajectories } from './trajectories/registerTrajectories.ts';

const CHANNELS = ['--stdio', '--node-ipc', '--socket', '--pipe'];
const named = process.argv.some((argument) => CHANNELS.some((one) => argument.startsWith(one)));
if (!named) process.argv.push('--stdio');

const formats = createFormats();

startServer(createConnection(ProposedFeatures.all), {
  edge: {
    readText: (path) => readFile(path, 'utf8'),
    env: process.env,
    clock: { now: () => Date.now() },
  },
  documents: { create: documentCreator(formats), update: updateDocument },
  // The first part that handles a document has it.
  parts: [
    (context) => registerTrajectories(context, formats),
    (context) => registerFileIndex(context, formats),
    (context) => registerConfigs(context, { lastSpeed }),
    registerRuns,
  ],
});
