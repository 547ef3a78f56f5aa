/** Why bytes cannot be read; thrown and caught within this folder. */
export class Refusal extends Error {}

const MEGABYTE = 1e6;

export function megabytes(bytes: number): number {
  return Math.round(bytes / MEGABYTE);
}

/** How much may still be unpacked of one file, so that no archive, however nested, exhausts memory. */
export class Budget {
  private left: number;

  constructor(readonly mostBytes: number) {
    this.left = mostBytes;
  }

  get bytes(): number {
    return this.left;
  }

  spend(bytes: number): void {
    if (bytes > this.left) throw new Refusal(this.tooMuch(bytes));
    this.left -= bytes;
  }

  tooMuch(bytes: number | null): string {
    const size = bytes === null ? `more than ${megabytes(this.mostBytes)}` : `${megabytes(bytes)}`;
    return `it unpacks to ${size} MB, at most ${megabytes(this.mostBytes)} are read`;
  }
}
