/** A model or data set on the Hugging Face Hub, or one file of it. */
export interface HubName {
  /** `OWNER/NAME`. */
  repo: string;
  /** A branch, tag or commit; null: the main branch. */
  revision: string | null;
  /** A path inside the repository, or a glob; null: the repository as a whole. */
  file: string | null;
}

const PART = String.raw`[A-Za-z0-9_][A-Za-z0-9_.-]*`;
/** The Hub's own references have slashes in them; other names with slashes are written with %2F. */
const REVISION = String.raw`refs/(?:pr|convert)/[\w-]+|[\w%.-]+`;
const NAME = new RegExp(`^(${PART}/${PART})(?:@(${REVISION}))?(?:/(.+))?$`);

/** Reads `OWNER/NAME[@REVISION][/PATH]`; null where the text cannot be such a name. */
function parseHubName(text: string): HubName | null {
  const [, repo, revision, file = null] = NAME.exec(text) ?? [];
  if (repo === undefined || repo.includes('..') || repo.includes('--')) return null;
  if (repo.endsWith('.git') || (file !== null && !isSafePath(file))) return null;
  const decoded = revision === undefined ? null : decodeRevision(revision);
  return decoded === undefined ? null : { repo, revision: decoded, file };
}

/** The name of a model: a repository, or one GGUF file in it. */
export function parseModelName(text: string): HubName | null {
  const name = parseHubName(text);
  return name === null || name.file === null || isGguf(name.file) ? name : null;
}

export function hubNameText({ repo, revision, file }: HubName): string {
  const at = revision === null ? '' : `@${encodeRevision(revision)}`;
  return `${repo}${at}${file === null ? '' : `/${file}`}`;
}

/** Whether a path names a GGUF file; what is in it is another question. */
export function isGguf(path: string): boolean {
  return path.toLowerCase().endsWith('.gguf');
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Relative and without steps upwards: it stays in the folder that it is joined to. */
export function isSafePath(path: string): boolean {
  const parts = path.split('/');
  return !path.includes('\\') && parts.every((part) => !['', '.', '..'].includes(part));
}

function decodeRevision(text: string): string | undefined {
  try {
    const revision = decodeURIComponent(text);
    return isSafePath(revision) ? revision : undefined;
  } catch {
    return undefined;
  }
}

function encodeRevision(revision: string): string {
  return /^refs\/(pr|convert)\//.test(revision) ? revision : encodeURIComponent(revision);
}

/** The code of the error about a model that has to be fetched first; whoever starts a run does so. */
export const MODEL_NOT_FETCHED = 'model-not-fetched';

const DATASETS = 'hf://datasets/';

/** Whether a text means something on the Hub, rightly written or not. */
export function isHubAddress(text: string): boolean {
  return text.startsWith('hf://');
}

/** Reads `hf://datasets/OWNER/NAME[@REVISION]/PATH`; the path may be a glob. */
export function parseDatasetAddress(text: string): HubName | null {
  const name = text.startsWith(DATASETS) ? parseHubName(text.slice(DATASETS.length)) : null;
  return name === null || name.file === null ? null : name;
}

export function datasetAddressText(name: HubName): string {
  return `${DATASETS}${hubNameText(name)}`;
}
