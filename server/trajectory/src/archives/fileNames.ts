const TEXT = ['json', 'jsonl', 'ndjson', 'txt', 'log', 'md', 'traj', 'react', 'out', 'csv', 'tsv'];
const PACKED = ['eval', 'parquet', 'zip', 'tar', 'tgz', 'gz', 'zst'];

const NAME = new RegExp(`\\.(?:${[...TEXT, ...PACKED].join('|')})$`, 'i');
/** Hidden files, what macOS adds to archives, and annotations. */
const OTHER = /(?:^|\/)(?:\.|__MACOSX\/)|\.spans\.json$/;

/** Whether a file in an archive may be a trajectory file, by its name. */
export function isTrajectoryName(name: string): boolean {
  return NAME.test(name) && !OTHER.test(name.replace(/^\.\//, ''));
}

/** The name of what a compressed file holds: `log.jsonl` of `log.jsonl.gz`, `logs.tar` of `logs.tgz`. */
export function unpackedName(name: string): string {
  return name.replace(/\.tgz$/i, '.tar').replace(/\.(?:gz|zst)$/i, '');
}
