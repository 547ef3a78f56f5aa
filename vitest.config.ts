import { configDefaults, defineConfig } from 'vitest/config';

const NATIVE = 'test/native/**/*.test.ts';
const SLOW = 'test/**/*.slow.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 20_000,
    // tfjs' CommonJS build registers no gradients; vite turns its ES modules into something Node takes.
    server: { deps: { inline: [/@tensorflow\/tfjs-(core|backend-cpu)/] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, NATIVE, SLOW],
        },
      },
      { extends: true, test: { name: 'slow', include: [SLOW], testTimeout: 600_000 } },
      { extends: true, test: { name: 'native', include: [NATIVE], testTimeout: 300_000 } },
    ],
  },
});
