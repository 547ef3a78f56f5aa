import path from 'node:path';
import { PbfWriter } from 'pbf';
import { crc32c, type MetricsRecord } from '@deepcoder/vocabulary';
import { openAppendFile, type AppendFile } from '../disk/appendFile.ts';

export interface EventFile {
  write: (record: MetricsRecord) => void;
  sync: () => void;
  close: () => void;
}

export interface EventFileOptions {
  host: string;
  pid: number;
  /** Seconds since 1970. */
  time: number;
  /** For a run that goes on: its next step. Viewers then forget what an earlier file has from there on. */
  resumeStep?: number;
}

/**
 * A TensorBoard event file in the run's folder, `events.out.tfevents.<sec>.<host>.<pid>.<n>`. A record
 * is: u64le length, u32le masked crc32c of those 8 bytes, data, u32le masked crc32c of the data.
 */
export function openEventFile(folder: string, options: EventFileOptions): EventFile {
  const { host, pid, time, resumeStep } = options;
  const seconds = String(Math.floor(time)).padStart(10, '0');
  const file = openFirstFree((n) =>
    path.join(folder, `events.out.tfevents.${seconds}.${host}.${pid}.${n}`),
  );
  const append = (event: Uint8Array) => {
    file.append(frame(event));
  };
  append(encodeEvent(time, 0, (pbf) => pbf.writeStringField(3, 'brain.Event:2')));
  if (resumeStep !== undefined) append(encodeEvent(time, resumeStep, writeSessionStart));
  return {
    write: ({ step, time: wallTime, values }) => {
      append(encodeEvent(wallTime, step, (pbf) => pbf.writeMessage(5, writeSummary, values)));
    },
    sync: file.sync,
    close: () => {
      file.sync();
      file.close();
    },
  };
}

/** Event: 1 double wall_time, 2 int64 step, then one of 3 file_version, 5 summary, 7 session_log. */
function encodeEvent(
  time: number,
  step: number,
  writeContent: (pbf: PbfWriter) => void,
): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, time);
  if (step !== 0) pbf.writeVarintField(2, step);
  writeContent(pbf);
  return pbf.finish();
}

/** Summary: repeated 1 Value { 1 tag, 2 float simple_value }. */
function writeSummary(values: Record<string, number>, pbf: PbfWriter): void {
  for (const entry of Object.entries(values)) pbf.writeMessage(1, writeValue, entry);
}

function writeValue([tag, value]: [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value);
}

/** SessionLog { 1 status = START }. */
function writeSessionStart(pbf: PbfWriter): void {
  pbf.writeMessage(7, (_: null, inner: PbfWriter) => inner.writeVarintField(1, 1), null);
}

function frame(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return bytes;
}

/** So that the checksum of data that holds checksums is not a trivial one. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function openFirstFree(name: (n: number) => string): AppendFile {
  for (let n = 0; ; n++) {
    try {
      return openAppendFile(name(n), 'ax');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
