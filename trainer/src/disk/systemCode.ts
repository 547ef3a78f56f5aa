/** The system's error code (`ENOENT`, `ENOSPC` ...), if this is such an error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
