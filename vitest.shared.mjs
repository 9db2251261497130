// Every lib's vitest.config.mjs calls this: tests import sibling packages from their source, and never print.
import { defineConfig } from 'vitest/config';

const conditions = ['@voxtune/source', 'node', 'import', 'module', 'default'];

/** @param {import('vitest/config').ViteUserConfig['test']} [test] - What a package needs beyond the shared settings. */
export const shared = (test = {}) =>
  defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: { include: ['src/**/*.test.ts', 'test/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000, maxWorkers: 2, ...test },
  });
