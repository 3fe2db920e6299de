/** `npm run bench -- <name> [arguments]`: measures one part; the last line it prints is the figures as JSON. */
import { readdir } from 'node:fs/promises';

const names = (await readdir(import.meta.dirname, { withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name !== 'main.ts')
  .map(({ name }) => name.replace(/\.ts$/, ''))
  .sort();

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- <${names.join(' | ')}> [arguments]`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.ts`)) as { run(args: readonly string[]): Promise<unknown> };
  await bench.run(args);
}
