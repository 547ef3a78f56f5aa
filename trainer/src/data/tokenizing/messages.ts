/** One thing at a time is asked of the process, so that it is known what it ends over. */
export type CoderRequest = { encode: string } | { decode: number[] } | { prefixIds: true };

export type CoderAnswer = { result: unknown } | { error: string };
