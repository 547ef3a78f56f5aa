/** Keeps the values that were made last, by key; the one that was used longest ago goes first. */
export class Recent<T> {
  private readonly values = new Map<string, T>();

  constructor(
    private readonly most: number,
    /** Told of values that have to go. */
    private readonly onDrop: (value: T) => void = () => undefined,
  ) {}

  get(key: string, make: () => T): T {
    const value = this.values.get(key) ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    const [oldest] = this.values.keys();
    if (this.values.size > this.most && oldest !== undefined) {
      const dropped = this.values.get(oldest)!;
      this.values.delete(oldest);
      this.onDrop(dropped);
    }
    return value;
  }

  /** So that what failed is tried again. */
  forget(key: string): void {
    this.values.delete(key);
  }
}
