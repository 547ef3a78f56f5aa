/** What must be ended; VS Code's own class of that kind is for what it has made. */
export interface Disposer {
  dispose(): void;
}
