import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { CancellationToken, DocumentLink } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { breathe } from '../../lsp/breathe.ts';
import { rangeIn, sections, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** How much of a document is looked through, and how many places are looked up on the disk. */
const MOST_CHARACTERS = 4_000_000;
const MOST_LOOKUPS = 1000;

const PATH =
  /(?<![\w.@~+\-/\\])(?:file:\/\/)?(?:[A-Za-z]:(?=[\\/]))?(?:[\w.@~+-]*[\\/])*[\w.@~+-]+\.\w{1,8}/g;
const ADDRESS = /https?:\/\/[^\s"'<>\\)\]]+/g;

/** Addresses, and names of screenshots and files that are there: beside the document or in the workspace. */
export async function documentLink(
  document: TrackedDocument,
  folders: readonly string[],
  token: CancellationToken,
): Promise<DocumentLink[] | null> {
  const { scheme, fsPath } = URI.parse(document.uri);
  const bases = [...(scheme === 'file' ? [path.dirname(fsPath)] : []), ...folders];
  const lookup = new Lookup(bases);
  const links: DocumentLink[] = [];
  const pause = breathe(token);
  let seen = 0;
  for (const section of sections(document)) {
    for (const one of addresses(section)) links.push(one);
    for (const { start, end, name } of paths(section)) {
      const target = await lookup.find(name);
      if (target !== null) links.push({ range: rangeIn(section, { start, end }), target });
      if (await pause()) return null;
    }
    if (await pause()) return null;
    seen += section.text.length;
    if (seen > MOST_CHARACTERS) break;
  }
  return links;
}

function addresses(section: Section): DocumentLink[] {
  return [...section.text.matchAll(ADDRESS)].map((match) => {
    const target = match[0].replace(/(?<![.,;:])[.,;:]+$/, '');
    const range = rangeIn(section, { start: match.index, end: match.index + target.length });
    return { range, target };
  });
}

function* paths({ text }: Section): Iterable<{ start: number; end: number; name: string }> {
  for (const match of text.matchAll(PATH)) {
    const before = text.slice(Math.max(0, match.index - 3), match.index);
    if (before.endsWith('://') || !/[\\/]|\.(?:png|jpe?g|gif|webp|svg|bmp)$/i.test(match[0]))
      continue;
    // An escape in a JSON string.
    const skip = /^\\[nrtbf]/.test(match[0]) ? 2 : 0;
    const name = match[0].slice(skip).replaceAll('\\/', '/');
    yield { start: match.index + skip, end: match.index + match[0].length, name };
  }
}

class Lookup {
  private readonly known = new Map<string, string | null>();

  constructor(private readonly bases: readonly string[]) {}

  async find(name: string): Promise<string | null> {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_LOOKUPS) return null;
    const found = await this.look(name);
    this.known.set(name, found);
    return found;
  }

  private async look(name: string): Promise<string | null> {
    const plain = name.startsWith('file://') ? URI.parse(name).fsPath : name;
    const candidates = path.isAbsolute(plain)
      ? [plain]
      : this.bases.map((base) => path.join(base, plain));
    for (const candidate of candidates) {
      try {
        if ((await stat(candidate)).isFile()) return URI.file(candidate).toString();
      } catch {
        // Not there.
      }
    }
    return null;
  }
}
