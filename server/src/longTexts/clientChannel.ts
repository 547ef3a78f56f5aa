import {
  createServerPipeTransport,
  createServerSocketTransport,
  IPCMessageReader,
  IPCMessageWriter,
  type Message,
  type MessageReader,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { type EncodedAnswer, isEncoded } from './message.ts';

export interface ClientChannel {
  reader: MessageReader;
  send: (message: Message | EncodedAnswer) => void;
}

/** How the client that started this program speaks to it; standard input and output where it does not say. */
export function clientChannel(
  argv: readonly string[],
  exit: (code: number) => void,
): ClientChannel {
  const [reader, writer] = transport(argv) ?? [null, null];
  if (reader === null) return stdioChannel(exit);
  return {
    reader,
    send: (message) => void writer.write(isEncoded(message) ? decoded(message) : message),
  };
}

function transport(argv: readonly string[]) {
  if (argv.includes('--node-ipc'))
    return [new IPCMessageReader(process), new IPCMessageWriter(process)] as const;
  const socket = optionOf(argv, '--socket');
  if (socket !== null) return createServerSocketTransport(Number(socket));
  const pipe = optionOf(argv, '--pipe');
  return pipe === null ? null : createServerPipeTransport(pipe);
}

function optionOf(argv: readonly string[], name: string): string | null {
  const joined = argv.find((argument) => argument.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = argv.indexOf(name);
  return at < 0 ? null : (argv[at + 1] ?? '');
}

function decoded({ body }: EncodedAnswer): Message {
  return JSON.parse(new TextDecoder().decode(body)) as Message;
}

/**
 * Ends the program when a message cannot be told from the next: the reader would stay deaf, while a client starts a
 * program again that has ended.
 */
function stdioChannel(exit: (code: number) => void): ClientChannel {
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
  const writer = new StreamMessageWriter(process.stdout, { contentTypeEncoder: ENCODER });
  return { reader, send: (message) => void writer.write(message as Message) };
}

const ENCODER = {
  name: 'application/json',
  encode: (message: Message): Promise<Uint8Array> =>
    Promise.resolve(isEncoded(message) ? message.body : Buffer.from(JSON.stringify(message))),
};
