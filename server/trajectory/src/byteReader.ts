/**
 * Reads bytes of a file; fewer than asked for only at its end. They may be read into `buffer`, where it is
 * long enough: what is not needed beyond the next read leaves no garbage then. `size` may be an estimate
 * until the end was read.
 */
export interface ByteReader {
  readonly size: number;
  read(offset: number, length: number, buffer?: Uint8Array): Promise<Uint8Array>;
}
