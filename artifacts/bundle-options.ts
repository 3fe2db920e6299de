import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** How esbuild makes a file of a program that runs on plain Node. */
export const bundleOptions = {
  absWorkingDir: join(import.meta.dirname, '..'),
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  // Names of modules are in the bundle: they must not depend on where node_modules is linked from.
  preserveSymlinks: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // CommonJS dependencies ask for it, which an ES module does not have.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';const require = createRequireOfBundle(import.meta.url);",
  },
  logLevel: 'error',
} as const satisfies BuildOptions;
