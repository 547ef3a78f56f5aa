import { build } from 'esbuild';
import { panelBuild } from '../../client/panel/panelBuild.mjs';
import type { PageAssets } from '../../trainer/src/report/reportHtml.ts';

/** The page as the program ships it, from its source. */
export async function panelAssets(): Promise<PageAssets> {
  const { outputFiles } = await build({
    ...panelBuild,
    entryPoints: { ...panelBuild.entryPoints },
    target: [...panelBuild.target],
    plugins: [...panelBuild.plugins],
    outdir: 'trainer/dist',
    write: false,
  });
  const textOf = (name: string) => outputFiles.find(({ path }) => path.endsWith(name))?.text ?? '';
  return { script: textOf('panel.js'), style: textOf('panel.css') };
}
