import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { annotate, readAnnotations, SIDECAR_SUFFIX, writeAnnotations } from '@deepcoder/trajectory';
import { URI } from 'vscode-uri';
import type { SpanKind } from '@deepcoder/vocabulary';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** Reads and writes the hand annotations beside trajectory files. */
export class AnnotationFiles {
  /** As they are on the disk, by document; what a document has moved since is written when it is saved. */
  private readonly written = new Map<string, string>();
  private readonly busy = new Map<string, Promise<void>>();

  constructor(private readonly onChange: () => void) {}

  /** Reads the sidecar of a document, where there is one. */
  load(document: TrackedDocument): Promise<void> {
    return this.inTurn(document.uri, () => this.read(document));
  }

  /** One after the other: a reading that is under way must not undo what was added meanwhile. */
  private inTurn<T>(uri: string, work: () => Promise<T>): Promise<T> {
    const before = this.busy.get(uri) ?? Promise.resolve();
    const done = before.then(work);
    this.busy.set(
      uri,
      done.then(
        () => undefined,
        () => undefined,
      ),
    );
    return done;
  }

  private async read(document: TrackedDocument): Promise<void> {
    const file = sidecarOf(document.uri);
    if (file === null) return;
    const text = await readText(file);
    if (text === (this.written.get(document.uri) ?? null)) return;
    const { annotations } = readAnnotations(text ?? '[]');
    if (text === null) this.written.delete(document.uri);
    else this.written.set(document.uri, text);
    const before = writeAnnotations(document.handAnnotations);
    document.annotate(annotations);
    if (writeAnnotations(annotations) !== before) this.onChange();
  }

  /** Puts one annotation over those that it touches, and writes the sidecar; its path. */
  add(
    document: TrackedDocument,
    range: { start: number; end: number },
    kind: SpanKind,
  ): Promise<string | null> {
    return this.inTurn(document.uri, () => this.put(document, range, kind));
  }

  /** Takes those away that touch a range, which may be empty; how many. */
  remove(document: TrackedDocument, range: { start: number; end: number }): Promise<number> {
    return this.inTurn(document.uri, async () => {
      const before = document.handAnnotations;
      const kept = before.filter(({ start, end }) => end < range.start || start > range.end);
      const removed = before.length - kept.length;
      if (removed === 0) return 0;
      document.annotate(kept);
      await this.write(document);
      this.onChange();
      return removed;
    });
  }

  private async put(
    document: TrackedDocument,
    range: { start: number; end: number },
    kind: SpanKind,
  ): Promise<string | null> {
    const file = sidecarOf(document.uri);
    if (file === null) return null;
    const one = annotate(document.getText(), range, kind);
    const others = document.handAnnotations.filter(
      ({ start, end }) => end <= range.start || start >= range.end,
    );
    document.annotate([...others, one]);
    await this.write(document);
    this.onChange();
    return file;
  }

  /** After edits the annotations have moved along; the file is saved, so the sidecar follows. */
  save(document: TrackedDocument): Promise<void> {
    return this.inTurn(document.uri, () => this.write(document));
  }

  private async write(document: TrackedDocument): Promise<void> {
    const file = sidecarOf(document.uri);
    const text = writeAnnotations(document.handAnnotations);
    const before = this.written.get(document.uri);
    if (file === null || text === before) return;
    if (document.handAnnotations.length === 0 && before === undefined) return;
    this.written.set(document.uri, text);
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, text);
    try {
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  close(uri: string): void {
    this.written.delete(uri);
    this.busy.delete(uri);
  }
}

function sidecarOf(uri: string): string | null {
  const { scheme, fsPath } = URI.parse(uri);
  return scheme === 'file' ? `${fsPath}${SIDECAR_SUFFIX}` : null;
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}
