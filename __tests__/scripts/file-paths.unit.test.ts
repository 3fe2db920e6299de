import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const rule = 'scripts/lint/file-paths.grit';
const folder = mkdtempSync(join(tmpdir(), 'beatflow-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const refused = [
  "export const a = new URL('..', import.meta.url).pathname;",
  "export const b = decodeURIComponent(new URL('.', import.meta.url).pathname);",
  "const { pathname } = new URL('..', import.meta.url);",
  'export const c = new URL(import.meta.url).pathname;',
  'export const d = import.meta.url.slice(7);',
  "export const e = import.meta.url.replace('file://', '');",
  "const here = new URL('.', import.meta.url); export const f = here.pathname;",
];
const allowed = [
  "export const g = new URL('http://localhost/x').pathname;",
  "export const h = fileURLToPath(new URL('..', import.meta.url));",
  'export const i = import.meta.dirname; export const j = (url: URL) => url.pathname;',
];

test('the linter refuses paths that are read off file URLs, and nothing else', () => {
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ plugins: [join(root, rule)] }));
  for (const [index, line] of [...refused, ...allowed].entries()) {
    writeFileSync(join(folder, `${index}.ts`), `${line}\n`);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  const { stdout } = spawnSync(biome, ['lint', '--reporter=github', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const found = [...stdout.matchAll(/title=plugin,file=[^,]*?(\d+)\.ts,/g)].map(([, index]) => Number(index));
  expect([...new Set(found)].sort()).toEqual(refused.map((_, index) => index));
});

test('the rule is on', () => {
  const { plugins } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  expect(plugins).toContain(`./${rule}`);
});
