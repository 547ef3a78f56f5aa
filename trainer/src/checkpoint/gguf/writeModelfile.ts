import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Ollama's description of a model beside its GGUF file, which has the chat template; gives the file's name. */
export async function writeModelfile(
  folder: string,
  { gguf, stops }: { gguf: string; stops: readonly string[] },
): Promise<string> {
  const name = 'Modelfile';
  const lines = [
    `FROM ./${gguf}`,
    ...stops.map((stop) => `PARAMETER stop ${JSON.stringify(stop)}`),
  ];
  await writeFile(path.join(folder, name), `${lines.join('\n')}\n`);
  return name;
}
