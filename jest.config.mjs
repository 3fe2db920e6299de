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
};

const tier = (name) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/__tests__/**/*.${name}.test.ts`],
  setupFilesAfterEnv: ['<rootDir>/__tests__/support/hang-limit.mjs'],
});

export default {
  projects: [
    'unit',
    'simulation',
    'gcs',
    'kills',
    'integration',
    'bigquery',
    'browser',
    'e2e',
    'terraform',
    'machines',
    'checkov',
    'spark',
    'compose',
  ].map(tier),
};
