import path from 'node:path';
import picomatch from 'picomatch/posix';

/**
 * Whether a path matches a glob, both relative to the same folder and with slashes. A glob that names a folder
 * stands for all in it; `*` and `**` pass over names that begin with a dot.
 */
export function globMatcher(glob: string): (inside: string) => boolean {
  // As tinyglobby, which lists files: `[!ab]` is a bracket of others.
  const matches = picomatch(withContents(glob), { posix: true });
  const steps = mostSteps(glob);
  return (inside) => steps(inside) <= MOST_STEPS && matches(inside);
}

/** A match that may take more is not tried, and is none: globs come with a workspace, and could hold up the editor. */
const MOST_STEPS = 1e7;

/**
 * A bound of what picomatch's patterns try before they give up: stars of one name can part it in many ways, folders
 * of `**` a path, and each group has its alternatives; a group that repeats can take every character apart.
 */
function mostSteps(glob: string): (inside: string) => number {
  const folders = glob.match(/\*{2,}/g)?.length ?? 0;
  const names = glob.replaceAll(/\*{2,}/g, '').split('/');
  const stars = names.map((name) => name.split('*').length - 1).filter((count) => count > 1);
  const alternatives = 2 ** (glob.match(/[,|]/g)?.length ?? 0);
  const repeats = /[+*]\(/.test(glob);
  return (inside) => {
    const parts = inside.split('/');
    const longest = parts.reduce((most, { length }) => Math.max(most, length), 0);
    const ways = stars.reduce((product, count) => product * choose(longest, count), 1);
    return ways * choose(parts.length, folders) * alternatives * (repeats ? 2 ** longest : 1);
  };
}

/** In how many ways `count` places can be taken among so many. */
function choose(among: number, count: number): number {
  let ways = 1;
  for (let i = 0; i < count; i += 1) ways *= (among + i) / (i + 1);
  return ways;
}

/** A glob of a config, which may be absolute or begin with `./`, as one that is relative to a folder. */
export function relativeGlob(glob: string, cwd: string): string {
  const slashed = withSlashes(glob);
  return path.isAbsolute(glob)
    ? path.posix.relative(withSlashes(cwd), slashed)
    : path.posix.normalize(slashed);
}

export function relativePath(file: string, cwd: string): string {
  return withSlashes(path.relative(cwd, file));
}

function withContents(glob: string): string[] {
  const bare = glob.endsWith('/') ? glob.slice(0, -1) : glob;
  return bare.endsWith('*') ? [bare] : [bare, `${bare}/**`];
}

function withSlashes(name: string): string {
  return name.split(path.sep).join('/');
}
