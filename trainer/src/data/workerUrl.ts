/**
 * The worker's bundle beside the program's. Where the program runs from source there is none, and the
 * work is done in the main thread.
 */
export const workerUrl = new URL('./dataWorker.mjs', import.meta.url);
