import type { ComparedWith } from '@deepcoder/panel';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { ServerConnection } from '../serverConnection.ts';
import { IndexedFile } from './indexedFile.ts';

interface Chosen {
  uri: string;
  record: number;
  name: string;
  file: IndexedFile;
  opened: Promise<unknown>;
}

/** The record that others are compared with, in whichever file it is; every inspector is told of it. */
export class ComparedRecord {
  private chosen: Chosen | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly server: ServerConnection) {}

  choose(uri: string, record: number, name: string): void {
    this.chosen?.file.dispose();
    const file = new IndexedFile(this.server, uri, () => undefined);
    const opened = file.open();
    // Whoever compares hears of trouble.
    opened.catch(() => undefined);
    this.chosen = { uri, record, name, file, opened };
    for (const listener of this.listeners) listener();
  }

  /** As the inspector of a file is told of it. */
  toldTo(uri: string): ComparedWith | null {
    if (this.chosen === null) return null;
    const { uri: own, record, name } = this.chosen;
    const isHere = own === uri;
    return {
      name,
      record,
      isHere,
      file: isHere ? '' : path.basename(vscode.Uri.parse(own).fsPath),
    };
  }

  /** Where the server has it. */
  async place(): Promise<{ handle: number; record: number }> {
    await this.chosen?.opened;
    const state = this.chosen?.file.state ?? null;
    if (this.chosen === null || state === null)
      throw new Error(vscode.l10n.t('No record is selected for comparison.'));
    return { handle: state.handle, record: this.chosen.record };
  }

  listen(listener: () => void): Disposer {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  dispose(): void {
    this.chosen?.file.dispose();
    this.chosen = null;
  }
}
