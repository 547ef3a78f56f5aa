import { unzipSync, type UnzipFileInfo } from 'fflate';

/** What a packed log says: its samples as JSON lines, or why it cannot be read. */
export interface Unpacked {
  text: string;
  /** Null where it could be read. */
  problem: string | null;
}

/** Whether the bytes are a zip archive. */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Strings of JavaScript hold about 2^29 characters. */
const MOST_BYTES = 500_000_000;

const SAMPLE = /^samples\/[^/]+\.json$/;
const BY_NUMBER = new Intl.Collator('en', { numeric: true });
const STORED = 0;
const DEFLATED = 8;

/**
 * Inspect's `.eval` archives: the text of their samples, one a line, in the order of their names. It is
 * what all positions count in; there is no writing back. Nothing is unpacked before the archive's own
 * list says that all of it fits, and no entry may grow beyond what the list says.
 */
export function unpack(bytes: Uint8Array, mostBytes = MOST_BYTES): Unpacked {
  const refused = (problem: string): Unpacked => ({ text: '', problem });
  const listed: UnzipFileInfo[] = [];
  try {
    unzipSync(bytes, {
      filter(entry) {
        if (SAMPLE.test(entry.name)) listed.push(entry);
        return false;
      },
    });
    if (listed.length === 0) return refused('an archive without samples/*.json');
    const foreign = listed.find(({ compression }) => ![STORED, DEFLATED].includes(compression));
    if (foreign) return refused(`${foreign.name} is packed by method ${foreign.compression}`);
    const total = listed.reduce((sum, { originalSize }) => sum + originalSize, 0);
    if (total > mostBytes) {
      const megabytes = (size: number): number => Math.round(size / 1e6);
      return refused(
        `it unpacks to ${megabytes(total)} MB, at most ${megabytes(mostBytes)} are read`,
      );
    }
    const files = unzipSync(bytes, { filter: ({ name }) => SAMPLE.test(name) });
    const names = Object.keys(files).sort((a, b) => BY_NUMBER.compare(a, b));
    const decoder = new TextDecoder();
    return {
      text: names.map((name) => onOneLine(decoder.decode(files[name]))).join(''),
      problem: null,
    };
  } catch (error) {
    return refused(`the archive is broken: ${error instanceof Error ? error.message : 'no zip'}`);
  }
}

/** Line ends stand only between values in JSON. */
function onOneLine(json: string): string {
  return `${json.trim().replace(/[\r\n][ \t\r\n]*/g, ' ')}\n`;
}
