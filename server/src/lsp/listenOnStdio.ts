import {
  type Connection,
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';

/**
 * A connection over standard input and output that ends the program when a message cannot be told from the next: the
 * reader would stay deaf, while a client starts a program again that has ended.
 */
export function listenOnStdio(exit: (code: number) => void): Connection {
  const reader = new StreamMessageReader(process.stdin);
  reader.onError((error) => {
    process.stderr.write(
      `deepcoder: a message cannot be read, so the server ends: ${error.message}\n`,
    );
    exit(1);
  });
  reader.onClose(() => {
    exit(0);
  });
  return createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
}
