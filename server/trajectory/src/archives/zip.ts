import { unzipSync, type UnzipFileInfo } from 'fflate';
import { isTrajectoryName } from './fileNames.ts';
import { Refusal, type Budget } from './refusal.ts';

export interface ZipEntry {
  name: string;
  bytes: Uint8Array;
}

/** Whether the bytes are a zip archive, be it an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  if (first !== 0x50 || second !== 0x4b) return false;
  return (third === 3 && fourth === 4) || (third === 5 && fourth === 6);
}

const SAMPLE = /^samples\/[^/]+\.json$/;
const INSPECT_LOG = /^(?:_journal\/|header\.json$)/;
const BY_NUMBER = new Intl.Collator('en', { numeric: true });
const STORED = 0;
const DEFLATED = 8;

/**
 * The trajectory files in a zip archive, in the order of their names; of an Inspect log its samples, as one
 * file. Nothing is unpacked before the archive's own list says that all of it fits, and no entry may grow
 * beyond what the list says.
 */
export function zipEntries(
  bytes: Uint8Array,
  fileName: string,
  budget: Budget,
): ZipEntry[] | { samples: string } {
  const all = listed(bytes);
  const isLog = fileName.endsWith('.eval') || all.some(({ name }) => INSPECT_LOG.test(name));
  const samples = isLog ? all.filter(({ name }) => SAMPLE.test(name)) : [];
  const wanted = samples.length > 0 ? samples : all.filter(({ name }) => isTrajectoryName(name));
  if (wanted.length === 0) throw new Refusal('an archive without trajectory files');
  const foreign = wanted.find(({ compression }) => ![STORED, DEFLATED].includes(compression));
  if (foreign) throw new Refusal(`${foreign.name} is packed by method ${foreign.compression}`);
  budget.spend(wanted.reduce((sum, { originalSize }) => sum + originalSize, 0));
  const names = new Set(wanted.map(({ name }) => name));
  const files = new Map(
    Object.entries(unzipSync(bytes, { filter: ({ name }) => names.has(name) })),
  );
  const inOrder = [...files.keys()].sort((a, b) => BY_NUMBER.compare(a, b));
  if (samples.length === 0) return inOrder.map((name) => ({ name, bytes: files.get(name)! }));
  const decoder = new TextDecoder();
  return { samples: inOrder.map((name) => onOneLine(decoder.decode(files.get(name)))).join('') };
}

function listed(bytes: Uint8Array): UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  unzipSync(bytes, {
    filter(entry) {
      if (!entry.name.endsWith('/')) entries.push(entry);
      return false;
    },
  });
  return entries;
}

/** Line ends stand only between values in JSON. */
function onOneLine(json: string): string {
  return `${json.trim().replace(/[\r\n][ \t\r\n]*/g, ' ')}\n`;
}
