import { readConfigText } from '@deepcoder/trainer-protocol/node';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { registerConfigs } from './configs/registerConfigs.ts';
import { registerFileIndex } from './largeFiles/registerFileIndex.ts';
import { clientChannel } from './longTexts/clientChannel.ts';
import { connectThread } from './longTexts/connectThread.ts';
import { HELD_TEXT, routeLongTexts, type HeldText } from './longTexts/routeLongTexts.ts';
import { startTextThread, type ThreadData } from './longTexts/textThread.ts';
import { startServer, type Part } from './lsp/connection.ts';
import { lastSpeed } from './runs/lastSpeed.ts';
import { registerRuns } from './runs/registerRuns.ts';
import { isSimilarityData, runSimilarityThread } from './largeFiles/similarityThread.ts';
import { documentCreator, updateDocument } from './trajectories/document/documents.ts';
import { createFormats } from './trajectories/formats/formats.ts';
import { registerTrajectories } from './trajectories/registerTrajectories.ts';

const formats = createFormats();

/** About documents; the first that handles one has it. */
const ABOUT_DOCUMENTS: readonly Part[] = [
  (context) => registerTrajectories(context, formats),
  (context) => registerConfigs(context, { lastSpeed }),
];

if (isMainThread) {
  const client = clientChannel(process.argv, (code) => process.exit(code));
  const { reader, writer } = routeLongTexts(client, {
    start: (listener) => startTextThread(new URL(import.meta.url), listener),
    longFrom: 1 << 19,
    patienceMs: 180_000,
  });
  serve(createConnection(ProposedFeatures.all, reader, writer), [
    ...ABOUT_DOCUMENTS,
    (context) => registerFileIndex(context, { formats, script: new URL(import.meta.url) }),
    registerRuns,
    ({ connection, documents }) => {
      connection.onRequest(HELD_TEXT, ({ uri }: { uri: string }): HeldText | null => {
        const document = documents.get(uri);
        if (!document) return null;
        const { languageId, version } = document;
        return { languageId, version, text: document.getText() };
      });
    },
  ]);
} else if (isSimilarityData(workerData)) {
  void runSimilarityThread(parentPort!, workerData);
} else {
  serve(connectThread(parentPort!, workerData as ThreadData), ABOUT_DOCUMENTS);
}

function serve(connection: Connection, parts: readonly Part[]): void {
  startServer(connection, {
    edge: {
      readText: readConfigText,
      env: process.env,
      clock: { now: () => Date.now() },
    },
    documents: { create: documentCreator(formats), update: updateDocument },
    parts,
  });
}
