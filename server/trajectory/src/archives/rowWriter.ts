import { Buffer } from 'node:buffer';

/** Writes rows of a table as JSON, the same row always the same way. */
export class RowWriter {
  /** @param scales by name of a column or field: the digits behind the point of its decimals */
  constructor(private readonly scales: ReadonlyMap<string, number>) {}

  json(value: unknown, key = ''): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'number':
        return this.number(value, key);
      case 'bigint':
        return String(value);
      case 'boolean':
        return value ? 'true' : 'false';
      case 'object':
        return value === null ? 'null' : this.object(value, key);
      default:
        return 'null';
    }
  }

  private number(value: number, key: string): string {
    if (!Number.isFinite(value)) return 'null';
    const scale = this.scales.get(key);
    return JSON.stringify(
      scale === undefined ? value : Number(value.toFixed(Math.min(scale, 100))),
    );
  }

  private object(value: object, key: string): string {
    if (value instanceof Uint8Array) return JSON.stringify(bytesText(value));
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const items = Array.from(value as unknown as Iterable<unknown>);
      return `[${items.map((item) => this.json(item, key)).join(', ')}]`;
    }
    if (value instanceof Date) return JSON.stringify(value);
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}: ${this.json(member, name)}`,
    );
    return `{${members.join(', ')}}`;
  }
}

const CONTROL = /[\0-\x08\x0e-\x1f]/;

/** Some writers do not say that bytes are text; what is none, such as a picture, is written in base64. */
function bytesText(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!CONTROL.test(text)) return text;
  } catch {
    // No text.
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
