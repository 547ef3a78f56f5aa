import { indexCloseRequest, indexOpenRequest, type IndexState } from '@deepcoder/server-protocol';
import type { ServerConnection } from '../serverConnection.ts';

/** A file that the server has indexed for a page. It is opened at once: the server reads while the page loads. */
export class IndexedFile {
  /** Null until it is open. */
  state: IndexState | null = null;
  private opening: Promise<IndexState> | null;
  private isGone = false;

  constructor(
    private readonly server: ServerConnection,
    private readonly uri: string,
  ) {
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
    else this.state = state;
    return this.state;
  }

  dispose(): void {
    this.isGone = true;
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
