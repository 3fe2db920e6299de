import { globSync, readFileSync } from 'node:fs';

const common = {
  testEnvironment: 'node',
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/__tests__/support/hang-limit.mjs'],
};

/** The files of a tier have its name in theirs. */
const tier = (name) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/__tests__/**/*.${name}.test.ts`],
});

/** The tests whose cases are counted, with so many times more of them. */
const fuzz = {
  ...common,
  displayName: 'fuzz',
  testMatch: globSync('__tests__/**/*.test.ts')
    .filter((file) => /support\/cases\.ts'/.test(readFileSync(file, 'utf8')))
    .map((file) => `<rootDir>/${file}`),
  globals: { caseFactor: Number(process.env.BEATFLOW_FUZZ ?? 10) },
};

export default {
  testSequencer: '<rootDir>/scripts/longest-first.mjs',
  projects: [
    ...[
      'unit',
      'simulation',
      'gcs',
      'kills',
      'integration',
      'slow',
      'fork',
      'bigquery',
      'browser',
      'e2e',
      'terraform',
      'machines',
      'checkov',
      'spark',
      'compose',
    ].map(tier),
    fuzz,
  ],
};
