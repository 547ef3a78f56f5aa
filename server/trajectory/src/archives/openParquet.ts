import { brotliDecompressSync } from 'node:zlib';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { AsyncBuffer, Compressors, FileMetaData, ParquetParsers, RowGroup } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ByteReader } from '../byteReader.ts';
import { gunzip } from './gzip.ts';
import { checkPages } from './parquetPages.ts';
import { Budget, megabytes, Refusal } from './refusal.ts';
import type { RowGroups } from './rowGroups.ts';
import { RowWriter } from './rowWriter.ts';
import { decodeUtf8 } from '../encodings/utf8.ts';
import { unzstd } from './zstd.ts';

/** A row group is decoded as a whole. */
const MOST_GROUP_BYTES = 500_000_000;
/** Nulls and repeated values take no bytes, so the size alone says little. */
const MOST_VALUES = 50_000_000;

/** Reads the footer; row groups are read when they are asked for. */
export async function openParquet(reader: ByteReader): Promise<RowGroups> {
  const file = asyncBuffer(reader);
  const metadata = await parquetMetadataAsync(file, { parsers: PARSERS, geoparquet: false });
  const groups = metadata.row_groups.map(({ num_rows: rows, total_byte_size: bytes }) => ({
    rows: Number(rows),
    bytes: Number(bytes),
  }));
  const starts = startsOf(groups);
  const writer = new RowWriter(decimalScales(metadata));
  return {
    groups,
    async readGroup(index) {
      const { rows, bytes } = groups[index]!;
      if (bytes > MOST_GROUP_BYTES) {
        const size = `${megabytes(bytes)} MB, at most ${megabytes(MOST_GROUP_BYTES)} are read`;
        throw new Refusal(`a row group has ${size}; write the file with smaller row groups`);
      }
      await checkColumns(file, metadata.row_groups[index]!);
      const rowStart = starts[index]!;
      const read = await parquetReadObjects({
        ...{ file, metadata, rowStart, rowEnd: rowStart + rows, compressors: COMPRESSORS },
        ...{ parsers: PARSERS, utf8: false, geoparquet: false },
      });
      return read.map((row) => writer.json(row));
    },
  };
}

function asyncBuffer(reader: ByteReader): AsyncBuffer {
  return {
    byteLength: reader.size,
    async slice(start, end = reader.size) {
      if (start < 0 || end < start || end > reader.size) throw new Refusal('it is cut or broken');
      const bytes = await reader.read(start, end - start);
      // Not `slice`, which a Buffer has as a view.
      return new Uint8Array(bytes).buffer;
    },
  };
}

async function checkColumns(file: AsyncBuffer, { columns }: RowGroup): Promise<void> {
  for (const { meta_data: column } of columns) {
    if (!column) continue;
    const { dictionary_page_offset: dictionary, data_page_offset: data } = column;
    const start = Number(dictionary !== undefined && dictionary < data ? dictionary : data);
    const end = start + Number(column.total_compressed_size);
    const values = Number(column.num_values);
    if (values > MOST_VALUES) throw new Refusal('a row group has more than 50 million values');
    checkPages(new Uint8Array(await file.slice(start, end)), values);
  }
}

function startsOf(groups: readonly { rows: number }[]): number[] {
  let start = 0;
  return groups.map(({ rows }) => {
    start += rows;
    return start - rows;
  });
}

/** By the name of a column, or of a field in it, how many digits its decimals have behind the point. */
function decimalScales({ schema }: FileMetaData): Map<string, number> {
  const scales = new Map<string, number>();
  for (const { name, converted_type: type, scale = 0 } of schema)
    if (type === 'DECIMAL') scales.set(name, scale);
  return scales;
}

/** None writes more than the page's header says. */
const COMPRESSORS: Compressors = {
  ...compressors,
  GZIP: (input, length) => gunzip(input, new Budget(length)).bytes,
  ZSTD: (input, length) => unzstd(input, new Budget(length)).bytes,
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
};

const PARSERS: ParquetParsers = {
  timestampFromMilliseconds: (millis) => instant(millis * 1_000_000n),
  timestampFromMicroseconds: (micros) => instant(micros * 1000n),
  timestampFromNanoseconds: (nanos) => instant(nanos),
  dateFromDays: (days) => instant(BigInt(days) * 86_400_000_000_000n).slice(0, 10),
  stringFromBytes: (bytes) => optionalText(bytes),
  // As it is written: a text of JSON stays one.
  jsonFromBytes: (bytes) => optionalText(bytes),
  geometryFromBytes: (bytes) => bytes,
  geographyFromBytes: (bytes) => bytes,
  uuidFromBytes: (bytes) => optionalUuid(bytes),
};

function optionalText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && decodeUtf8(bytes).text;
}

function optionalUuid(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/** ISO 8601, with as many digits of a second as are needed. */
function instant(nanos: bigint): string {
  const perMilli = 1_000_000n;
  const rest = ((nanos % perMilli) + perMilli) % perMilli;
  const millis = Number((nanos - rest) / perMilli);
  if (Math.abs(millis) > 8.64e15) return String(nanos);
  const text = new Date(millis).toISOString();
  if (rest === 0n) return text;
  const digits = String(rest)
    .padStart(6, '0')
    .replace(/(?:000)$/, '');
  return `${text.slice(0, -1)}${digits}Z`;
}
