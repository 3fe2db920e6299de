const common = {
  testEnvironment: 'node',
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

const tier = (name, extra = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/__tests__/**/*.${name}.test.ts`],
  ...extra,
});

export default {
  projects: [
    tier('unit'),
    tier('simulation', { setupFilesAfterEnv: ['<rootDir>/__tests__/support/long-tests.mjs'] }),
    tier('gcs', { setupFilesAfterEnv: ['<rootDir>/__tests__/support/long-tests.mjs'] }),
    tier('integration', { setupFilesAfterEnv: ['<rootDir>/__tests__/support/long-tests.mjs'] }),
    tier('browser', { setupFilesAfterEnv: ['<rootDir>/__tests__/support/long-tests.mjs'] }),
    tier('e2e', { setupFilesAfterEnv: ['<rootDir>/__tests__/support/long-tests.mjs'] }),
  ],
};
