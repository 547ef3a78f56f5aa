import { crc32 } from 'node:zlib';
import { PbfWriter } from 'pbf';

/** Of a run, as W&B shows it. */
interface WandbRun {
  id: string;
  entity: string | null;
  project: string;
  name: string;
  tags: readonly string[];
  config: readonly (readonly [name: string, value: unknown])[];
  /** Seconds since 1970. */
  startTime: number;
}

type Values = readonly (readonly [name: string, value: unknown])[];

/**
 * The bytes of a `.wandb` file, part by part, as the official client writes it: `:W&B`, u16 0xBEE1, u8 0, then
 * LevelDB log blocks of 32 KiB. A chunk there is u32 crc32 of type and data, u16 length, u8 type (1 whole, 2 first,
 * 3 middle, 4 last), data; chunks make protobuf records (`wandb_internal.proto`).
 */
export interface WandbEncoder {
  begin: (run: WandbRun) => Uint8Array;
  /** Of rising steps. */
  history: (step: number, values: Values) => Uint8Array;
  end: (summary: Values, exit: { code: number; seconds: number }) => Uint8Array;
}

const BLOCK_BYTES = 32_768;
const CHUNK_HEADER_BYTES = 7;
/** Of the client whose files these are like. */
const CLIENT_VERSION = '0.31.0';
/** Fields of `Record`. */
const RECORD = { num: 1, history: 2, summary: 3, run: 17, exit: 18, header: 21 } as const;

export function wandbEncoder(): WandbEncoder {
  let [written, records] = [0, 0];
  const record = (field: number, write: (pbf: PbfWriter) => void): Uint8Array => {
    const pbf = new PbfWriter();
    pbf.writeVarintField(RECORD.num, ++records);
    message(pbf, field, write);
    const bytes = inChunks(pbf.finish(), written);
    written += bytes.length;
    return bytes;
  };
  return {
    begin: (run) => {
      const magic = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0]);
      written += magic.length;
      const header = record(RECORD.header, (pbf) => {
        message(pbf, 1, (version) => {
          version.writeStringField(1, CLIENT_VERSION);
          version.writeStringField(2, CLIENT_VERSION);
        });
      });
      return Buffer.concat([magic, header, record(RECORD.run, (pbf) => writeRun(pbf, run))]);
    },
    history: (step, values) =>
      record(RECORD.history, (pbf) => {
        writeItems(pbf, values);
        message(pbf, 2, (number) => number.writeVarintField(1, step));
      }),
    end: (summary, { code, seconds }) =>
      Buffer.concat([
        record(RECORD.summary, (pbf) => writeItems(pbf, summary)),
        record(RECORD.exit, (pbf) => {
          pbf.writeVarintField(1, code);
          pbf.writeVarintField(2, Math.round(seconds));
        }),
      ]),
  };
}

function writeRun(pbf: PbfWriter, run: WandbRun): void {
  pbf.writeStringField(1, run.id);
  if (run.entity !== null) pbf.writeStringField(2, run.entity);
  pbf.writeStringField(3, run.project);
  message(pbf, 4, (config) => {
    writeItems(config, run.config);
  });
  pbf.writeStringField(8, run.name);
  for (const tag of run.tags) pbf.writeStringField(10, tag);
  message(pbf, 17, (time) => time.writeVarintField(1, Math.floor(run.startTime)));
}

/** Items { 1 key, 16 value_json }, each in field 1. JSON has no NaN, which the client writes nevertheless. */
function writeItems(pbf: PbfWriter, values: Values): void {
  for (const [name, value] of values) {
    message(pbf, 1, (item) => {
      item.writeStringField(1, name);
      const isOdd = typeof value === 'number' && !Number.isFinite(value);
      item.writeStringField(16, isOdd ? String(value) : JSON.stringify(value));
    });
  }
}

function message(pbf: PbfWriter, field: number, write: (inner: PbfWriter) => void): void {
  pbf.writeMessage(
    field,
    (_: null, inner: PbfWriter) => {
      write(inner);
    },
    null,
  );
}

/** A record as chunks, none of which goes over the end of a block; `offset` is its place in the file. */
function inChunks(record: Uint8Array, offset: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let [at, isFirst] = [offset, true];
  for (let rest = record; isFirst || rest.length > 0;) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < CHUNK_HEADER_BYTES) {
      parts.push(new Uint8Array(left));
      at += left;
      continue;
    }
    const data = rest.subarray(0, left - CHUNK_HEADER_BYTES);
    rest = rest.subarray(data.length);
    const type = rest.length > 0 ? (isFirst ? 2 : 3) : isFirst ? 1 : 4;
    const typed = Buffer.concat([Uint8Array.of(type), data]);
    const header = Buffer.alloc(6);
    header.writeUInt32LE(crc32(typed), 0);
    header.writeUInt16LE(data.length, 4);
    parts.push(header, typed);
    at += CHUNK_HEADER_BYTES + data.length;
    isFirst = false;
  }
  return Buffer.concat(parts);
}
