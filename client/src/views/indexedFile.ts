import {
  indexCloseRequest,
  indexOpenRequest,
  indexProgressNotification,
  type IndexState,
} from '@deepcoder/server-protocol';
import type { Disposer } from '../disposer.ts';
import type { ServerConnection } from '../serverConnection.ts';

/** A file that the server has indexed for a page. It is opened at once: the server reads while the page loads. */
export class IndexedFile {
  /** Null until it is open. */
  state: IndexState | null = null;
  private opening: Promise<IndexState> | null;
  private isGone = false;
  /** What was told of indexes of this file while the page was loading, by handle. */
  private readonly early = new Map<number, IndexState>();
  private readonly listening: Disposer;

  constructor(
    private readonly server: ServerConnection,
    private readonly uri: string,
    onProgress: (state: IndexState) => void,
  ) {
    this.listening = server.onNotification(indexProgressNotification, (state) => {
      if (state.handle === this.state?.handle) onProgress((this.state = state));
      else if (state.uri === uri) this.early.set(state.handle, state);
    });
    this.opening = this.begin();
    // Whoever opens it hears of trouble.
    this.opening.catch(() => undefined);
  }

  /** Opens it anew, after the first time; null where nobody wants it any more. */
  async open(): Promise<IndexState | null> {
    const opening = this.opening ?? this.begin();
    this.opening = null;
    this.close();
    const state = await opening;
    if (this.isGone) this.closeIndex(state);
    else this.state = this.early.get(state.handle) ?? state;
    this.early.clear();
    return this.state;
  }

  dispose(): void {
    this.isGone = true;
    this.listening.dispose();
    this.close();
    this.opening?.then(
      (state) => this.closeIndex(state),
      () => undefined,
    );
  }

  private begin(): Promise<IndexState> {
    return this.server.request(indexOpenRequest, { uri: this.uri });
  }

  private close(): void {
    if (this.state !== null) this.closeIndex(this.state);
    this.state = null;
  }

  private closeIndex({ handle }: IndexState): void {
    void this.server.request(indexCloseRequest, { handle });
  }
}
