/** What a server's log says of how far it is; the last line that says something counts. */
export function startupPhase(log: string): string {
  for (const line of log.split(/[\r\n]+/).reverse()) {
    const phase = PHASES.find(([pattern]) => pattern.test(line))?.[1];
    if (phase === undefined) continue;
    const share = /\b(\d{1,3})%/.exec(line)?.[1];
    return share === undefined ? phase : `${phase}, ${share} %`;
  }
  return 'starting';
}

/** As SGLang and vLLM write them. */
const PHASES: readonly (readonly [RegExp, string])[] = [
  [/Application startup complete|fired up and ready/i, 'up'],
  [/captur(?:e|ing).{0,40}graph|torch\.compile|compil(?:e|ing)/i, 'compiling'],
  [/\bloading.{0,40}(?:weights|model|checkpoint|shards)|\bload weight/i, 'loading'],
  [/download|fetching \d+ files/i, 'downloading'],
];

/** Whether a server ended because it had too little memory on its device. */
export function isOutOfMemory(log: string): boolean {
  return /out of memory|OutOfMemoryError|not enough memory|No available memory for the cache/i.test(
    log,
  );
}
