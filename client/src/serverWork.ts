/** Which documents the server was last told or asked about, to know with what it is busy when it does not answer. */
export class ServerWork {
  private readonly asked = new Set<{ uri: string }>();
  private lastTold: string | null = null;

  /** An answer about a document is waited for. */
  async during<T>(params: unknown, answer: Promise<T>): Promise<T> {
    const uri = documentIn(params);
    if (uri === null) return answer;
    const entry = { uri };
    this.asked.add(entry);
    try {
      return await answer;
    } finally {
      this.asked.delete(entry);
    }
  }

  told(params: unknown): void {
    this.lastTold = documentIn(params) ?? this.lastTold;
  }

  /** Requests are taken one after the other: it is the oldest that holds up the others. */
  get document(): string | null {
    for (const { uri } of this.asked) return uri;
    return this.lastTold;
  }

  /** Another server knows nothing of it. */
  clear(): void {
    this.asked.clear();
    this.lastTold = null;
  }
}

export function documentIn(params: unknown): string | null {
  const { uri, textDocument } = (params ?? {}) as {
    uri?: unknown;
    textDocument?: { uri?: unknown };
  };
  const named = textDocument?.uri ?? uri;
  return typeof named === 'string' ? named : null;
}
