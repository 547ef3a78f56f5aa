import { configDefaults, defineConfig } from 'vitest/config';

const NATIVE = 'test/native/**/*.test.ts';
const WEBGPU = 'test/webgpu/**/*.test.ts';
const SCALE = 'test/scale/**/*.test.ts';
const SLOW = 'test/**/*.slow.test.ts';

export default defineConfig({
  // As in the bundle, one tfjs-core: its ES modules, with which gradients can be registered.
  resolve: {
    alias: [
      {
        find: /^@tensorflow\/tfjs-(core|backend-cpu)$/,
        replacement: '@tensorflow/tfjs-$1/dist/index.js',
      },
    ],
  },
  test: {
    pool: 'forks',
    testTimeout: 20_000,
    // Node refuses these ES modules as they are (imports without extension); vite does not.
    server: { deps: { inline: [/@tensorflow\/tfjs-(core|backend-cpu)/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, NATIVE, SCALE, WEBGPU, SLOW],
        },
      },
      { extends: true, test: { name: 'slow', include: [SLOW], testTimeout: 600_000 } },
      {
        extends: true,
        // Ranks fill the machine by themselves.
        test: { name: 'scale', include: [SCALE], testTimeout: 300_000, fileParallelism: false },
      },
      { extends: true, test: { name: 'webgpu', include: [WEBGPU], testTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'native',
          include: [NATIVE],
          globalSetup: 'test/native/globalSetup.ts',
          testTimeout: 300_000,
        },
      },
    ],
  },
});
