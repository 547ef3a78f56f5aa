import { readConfigText } from '@deepcoder/trainer-protocol/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { registerConfigs } from './configs/registerConfigs.ts';
import { registerFileIndex } from './largeFiles/registerFileIndex.ts';
import { startServer } from './lsp/connection.ts';
import { listenOnStdio } from './lsp/listenOnStdio.ts';
import { lastSpeed } from './runs/lastSpeed.ts';
import { registerRuns } from './runs/registerRuns.ts';
import { documentCreator, updateDocument } from './trajectories/document/documents.ts';
import { createFormats } from './trajectories/formats/formats.ts';
import { registerTrajectories } from './trajectories/registerTrajectories.ts';

/** Of a client that chose one other than standard input and output. */
const CHANNELS = ['--node-ipc', '--socket', '--pipe'];
const named = process.argv.some((argument) => CHANNELS.some((one) => argument.startsWith(one)));
const connection = named
  ? createConnection(ProposedFeatures.all)
  : listenOnStdio((code) => process.exit(code));

const formats = createFormats();

startServer(connection, {
  edge: {
    readText: readConfigText,
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
