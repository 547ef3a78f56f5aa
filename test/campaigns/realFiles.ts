import { readCorpus } from '../bench/corpus.ts';
import { fixtureFiles } from '../trajectory/fixtureFiles.ts';

interface RealFile {
  /** Folder and name. */
  name: string;
  text: string;
}

const fixtures = fixtureFiles.map(({ format, name, text }) => ({
  name: `${format}/${name}`,
  text,
}));

/** Trajectory files as programs write them: the fixtures, and those of the corpus where there is one. */
export const realFiles: readonly RealFile[] = [...fixtures, ...corpusFiles()];

function corpusFiles(): RealFile[] {
  const folder = process.env['DEEPCODER_CORPUS'];
  if (folder === undefined || folder === '') return [];
  return readCorpus(folder)
    .filter(({ text }) => !text.includes('\0'))
    .map(({ path, format, text }) => ({ name: `${format}/${path.split(/[\\/]/).at(-1)!}`, text }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
