import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  Emitter,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-languageserver/node';

/** The two ends of a connection. */
export interface Channel {
  reader: MessageReader;
  writer: MessageWriter;
}

/** Reads what it is given. */
export class GivenMessages extends AbstractMessageReader {
  private readonly given = new Emitter<Message>();

  /** @param onListen from then on nothing is lost */
  constructor(private readonly onListen: () => void) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const listening = this.given.event(callback);
    this.onListen();
    return listening;
  }

  give(message: Message): void {
    this.given.fire(message);
  }
}

/** Hands on what is written. */
export class HandedMessages extends AbstractMessageWriter {
  constructor(private readonly hand: (message: Message) => void) {
    super();
  }

  write(message: Message): Promise<void> {
    this.hand(message);
    return Promise.resolve();
  }

  end(): void {
    return;
  }
}
