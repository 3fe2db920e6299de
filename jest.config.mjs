import { globSync, readFileSync } from 'node:fs';
import { tiers } from './scripts/testing/tiers.mjs';

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
  testSequencer: '<rootDir>/scripts/testing/longest-first.mjs',
  projects: Object.keys(tiers)
    .filter((name) => tiers[name].command === undefined)
    .map((name) => (name === 'fuzz' ? fuzz : tier(name))),
};
