import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

interface Cruise {
  readonly modules: readonly { source: string; dependencies: readonly { resolved: string }[] }[];
  readonly summary: { readonly violations: readonly { from: string; to: string; rule: { name: string } }[] };
}

function cruise(): Cruise {
  const args = [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    '--no-progress',
    'runtime',
    'artifacts',
    'scripts',
    'environments',
    'constructs',
    'stacks',
    'main.ts',
  ];
  try {
    return JSON.parse(
      execFileSync(resolve('node_modules/.bin/depcruise'), args, { encoding: 'utf8', maxBuffer: 1 << 28 }),
    );
  } catch (error) {
    // It exits with the number of violations; the report is whole all the same.
    return JSON.parse((error as { stdout: string }).stdout);
  }
}

test('imports follow the chain contract <- kafka, lake, warehouse <- programs <- local', () => {
  const { modules, summary } = cruise();
  const consumer = modules.find(({ source }) => source === 'runtime/consumer/consumer.ts');
  expect(consumer?.dependencies.map(({ resolved }) => resolved)).toContain('runtime/kafka/log-reader.ts');
  expect(modules.filter(({ source }) => source.startsWith('runtime/')).length).toBeGreaterThan(50);
  expect(
    modules.filter(({ source }) => /^(environments|constructs|stacks)\//.test(source)).length,
  ).toBeGreaterThan(40);
  expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
});
