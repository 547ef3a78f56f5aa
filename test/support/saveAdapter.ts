import {
  type AdapterContent,
  writeAdapterFiles,
} from '../../trainer/src/checkpoint/saveAdapter.ts';
import { writeFolderAtomically } from '../../trainer/src/disk/writeFolderAtomically.ts';

/** An adapter in a folder of its own. */
export function saveAdapter(folder: string, content: AdapterContent): Promise<void> {
  return writeFolderAtomically(folder, (writing) => writeAdapterFiles(writing, content));
}
