import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What more than 0 has to come back from, for a session to be made; nothing is computed. */
const BODIES: Readonly<Record<string, string>> = {
  cudaGetDeviceCount: '(int *n) { *n = 1; return 0; }',
  cudaGetDevice: '(int *n) { *n = 0; return 0; }',
  cudaDriverGetVersion: '(int *n) { *n = 13000; return 0; }',
  cudaRuntimeGetVersion: '(int *n) { *n = 13000; return 0; }',
  // cudaDevAttrComputeCapabilityMajor is 75; the others asked for are counts and sizes.
  cudaDeviceGetAttribute:
    '(int *v, int a, int d) { *v = a == 75 ? 9 : a == 76 ? 0 : 1024; return 0; }',
  cudaGetDeviceProperties:
    '(char *p, int d) { memset(p, 0, 512); strcpy(p, "Stub"); *(size_t *)(p + 288) = 1ul << 34; *(int *)(p + 360) = 9; return 0; }',
  cudaMemGetInfo: '(size_t *f, size_t *t) { *f = *t = 1ul << 34; return 0; }',
  cudaMalloc: '(void **p, size_t n) { *p = aligned_alloc(256, (n + 255) / 256 * 256); return 0; }',
  cudaMallocHost:
    '(void **p, size_t n) { *p = aligned_alloc(256, (n + 255) / 256 * 256); return 0; }',
  cudaHostAlloc:
    '(void **p, size_t n, unsigned f) { *p = aligned_alloc(256, (n + 255) / 256 * 256); return 0; }',
  cudaFree: '(void *p) { free(p); return 0; }',
  cudaFreeHost: '(void *p) { free(p); return 0; }',
  cudaMemcpy: '(void *d, const void *s, size_t n, int k) { memcpy(d, s, n); return 0; }',
  cudaMemcpyAsync:
    '(void *d, const void *s, size_t n, int k, void *t) { memcpy(d, s, n); return 0; }',
  cudaMemset: '(void *p, int v, size_t n) { memset(p, v, n); return 0; }',
  cudaMemsetAsync: '(void *p, int v, size_t n, void *t) { memset(p, v, n); return 0; }',
  cudaStreamIsCapturing: '(void *s, int *c) { *c = 0; return 0; }',
  cudaPointerGetAttributes: '(int *a, const void *p) { memset(a, 0, 32); a[0] = 2; return 0; }',
};
const HANDLES =
  /^(cudaStreamCreate.*|cudaEventCreate.*|cublasCreate_v2|cublasLtCreate|curandCreateGenerator)$/;
const TEXTS = /^(cudaGetError(Name|String)|cublasGetStatus(Name|String))$/;

/** Libraries with every function that a program takes of CUDA, which do nothing; made with nm and gcc. */
export function stubCuda(folder: string, program: string): void {
  mkdirSync(folder, { recursive: true });
  const needed = execFileSync('nm', ['-D', '--undefined-only', '--with-symbol-versions', program], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const byVersion = new Map<string, string[]>();
  for (const [, name, version] of needed.matchAll(/ U (\w+)@(lib(?:cu\w+)\.so\.\d+)/g))
    byVersion.set(version!, [...(byVersion.get(version!) ?? []), name!]);
  const unversioned = (pattern: RegExp): string[] =>
    [...needed.matchAll(pattern)].map(([, name]) => name!);
  byVersion.set('libcuda.so.1', unversioned(/ U (cu[A-Z]\w+)$/gm));
  byVersion.set('libcurand.so.10', unversioned(/ U (curand\w+)$/gm));
  for (const [library, names] of byVersion) {
    const source = join(folder, `${library}.c`);
    const map = join(folder, `${library}.map`);
    writeFileSync(
      source,
      ['#include <stdlib.h>', '#include <string.h>', ...names.map(functionOf)].join('\n'),
    );
    writeFileSync(map, `${library} { global: ${[...names, 'stub'].join('; ')}; };\n`);
    const flags = [
      '-w',
      '-shared',
      '-fPIC',
      `-Wl,-soname,${library}`,
      `-Wl,--version-script=${map}`,
    ];
    execFileSync('gcc', [...flags, '-o', join(folder, library), source]);
  }
}

function functionOf(name: string): string {
  const body = BODIES[name];
  if (body !== undefined) return `int ${name}${body}`;
  if (TEXTS.test(name)) return `const char *${name}(int e) { return "stub"; }`;
  if (HANDLES.test(name)) return `int ${name}(void **h) { *h = malloc(64); return 0; }`;
  if (name === '__cudaRegisterFatBinary')
    return `void *${name}(void *f) { static void *h[4]; return h; }`;
  return `int ${name}(void) { return 0; }`;
}
