import type { PictureMarks } from './picturePrompt.ts';
import type { ProcessorSettings } from './pictureProcessor.ts';

/** How a student is shown pictures; plain data, which travels between threads. */
export interface PictureSettings {
  processor: ProcessorSettings;
  marks: PictureMarks;
  imageTokenId: number;
  /** The last pictures of a record that are shown; null: all. */
  maxPictures: number | null;
  /** What becomes of a record with a picture that cannot be read. */
  unreadable: 'drop' | 'error';
  /** Folder for pictures that stand in trajectory files, by the hash of their bytes. */
  store: string;
}
