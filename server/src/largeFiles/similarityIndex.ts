import { Worker } from 'node:worker_threads';
import type { SimilarityAnswer, SimilarityData, SimilarityQuestion } from './similarityThread.ts';

export type Found = Extract<SimilarityAnswer, { id: number }>;

interface Waiting {
  resolve: (answer: Found) => void;
  reject: (error: Error) => void;
}

/** The index of one file for search by meaning: made on a thread when it is first wanted. */
export class SimilarityIndex {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private problem: string | null = null;

  /** `script` is run by the thread with `data`. */
  constructor(script: URL, data: SimilarityData) {
    this.worker = new Worker(script, { workerData: data });
    this.worker.unref();
    this.worker.on('message', (answer: SimilarityAnswer) => {
      if ('problem' in answer) this.fail(answer.problem);
      else this.take(answer.id)?.resolve(answer);
    });
    this.worker.on('error', (error: Error) => this.fail(error.message));
    this.worker.on('exit', () => this.fail('its thread has ended'));
  }

  /** Its thread has ended: another one may do better, once the file is mended. */
  get hasFailed(): boolean {
    return this.problem !== null;
  }

  ask(question: Omit<SimilarityQuestion, 'id'>): Promise<Found> {
    return new Promise((resolve, reject) => {
      if (this.problem !== null) {
        reject(new Error(`the file cannot be searched by meaning: ${this.problem}`));
        return;
      }
      const id = ++this.last;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ ...question, id } satisfies SimilarityQuestion);
    });
  }

  end(): void {
    this.fail('the file was closed');
    void this.worker.terminate();
  }

  private take(id: number): Waiting | undefined {
    const entry = this.waiting.get(id);
    this.waiting.delete(id);
    return entry;
  }

  private fail(problem: string): void {
    this.problem ??= problem;
    for (const { reject } of this.waiting.values())
      reject(new Error(`the file cannot be searched by meaning: ${this.problem}`));
    this.waiting.clear();
  }
}
