import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { programs } from '../../runtime/programs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })].sort();
const cases = documents.map((path) => [path, read(path)] as const);

/** All sources as one text: what documents name must be somewhere in it. */
const sources = globSync(
  [
    '{artifacts,constructs,environments,runtime,scripts,stacks,bench}/**/*.{ts,mjs,sh,py}',
    'dbt/*.{yml,sh}',
    '*.ts',
  ],
  { cwd: root },
)
  .map(read)
  .join('\n');

/** The commands that the command line is composed of. */
const commands = new Map<string, Command>();
for (const [name, { command }] of Object.entries(programs)) commands.set(name, await command());

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Whether there is no such command, or it has no such option. */
function isWrong(words: readonly string[]): boolean {
  let command: Command | undefined;
  let rest = words;
  for (
    let known = commands.get(words[0] ?? '');
    known;
    known = command?.commands.find((sub) => sub.name() === rest[0])
  ) {
    command = known;
    rest = rest.slice(1);
  }
  if (!command) return words[0] !== '--help';
  const flags = command.options.flatMap(({ long, short }) => [long, short]);
  return rest
    .filter((word) => /^--?[a-z]/.test(word))
    .some((word) => word !== '--help' && !flags.includes(word.split('=')[0]));
}

const unique = (all: Iterable<readonly (string | undefined)[]>) => [
  ...new Set([...all].map(([, one]) => one ?? '')),
];

/** GitHub's anchors of the headings of a document. */
function anchorsIn(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(link: string, path: string): boolean {
  const [file = '', anchor] = link.split('#');
  const at = file === '' ? path : join(dirname(path), file);
  if (!existsSync(join(root, at))) return true;
  return anchor !== undefined && !anchorsIn(read(at)).includes(anchor);
}

/** Each kind of thing that a document can name: where it is named, and whether it is not there. */
const kinds: Readonly<
  Record<string, { readonly named: RegExp; readonly gone: (name: string, path: string) => boolean }>
> = {
  link: { named: /\]\((?!https?:|mailto:)([^)\s]+)\)/g, gone: isBroken },
  path: {
    named:
      /`((?:artifacts|bench|constructs|dbt|docs|environments|runtime|scripts|stacks|__tests__)\/[\w./-]+)`/g,
    gone: (name) => !existsSync(join(root, name)),
  },
  command: {
    named: /(?:`beatflow|npm run beatflow --) ([^`\n|]+)/g,
    gone: (call) =>
      isWrong(
        call
          .replace(/\s+#.*/, '')
          .trim()
          .split(/\s+/),
      ),
  },
  "argument of the loader's job": {
    named: /jobs execute \S+-loader .*?--args=(\S+)/g,
    gone: (args) => isWrong(['load', ...args.split(',')]),
  },
  'npm script': { named: /npm run ([\w:-]+)/g, gone: (name) => !Object.hasOwn(scripts, name) },
  variable: { named: /\b(BEATFLOW_[A-Z_]+[A-Z])\b/g, gone: (name) => !sources.includes(name) },
  output: { named: /outputs? `([a-z_]+)`/g, gone: (name) => !sources.includes(`'${name}'`) },
  'script of a machine': {
    named: /\/var\/lib\/beatflow\/bin\/([\w.-]+)/g,
    gone: (name) => !existsSync(join(root, 'constructs/boot', name)),
  },
};

const faultsIn = (text: string, path: string) =>
  Object.entries(kinds).flatMap(([kind, { named, gone }]) =>
    unique(text.matchAll(named))
      .filter((name) => gone(name, path))
      .map((name) => `no such ${kind}: ${name}`),
  );

test('there are documents and commands to speak of', () => {
  expect(documents.length).toBeGreaterThan(30);
  expect([...commands.keys()]).toEqual(expect.arrayContaining(['generate', 'consume', 'lake', 'load']));
  expect([...commands].filter(([name, command]) => command.name() !== name)).toEqual([]);
});

test.each(cases)('%s names nothing that is not there', (path, text) => {
  expect(faultsIn(text, path)).toEqual([]);
});

test('every kind of thing is named somewhere, and missed when it is gone', () => {
  for (const [kind, { named }] of Object.entries(kinds)) {
    expect([kind, cases.some(([, text]) => text.match(named) !== null)]).toEqual([kind, true]);
  }
  const text = `[a](gone.md) [b](deploy.md#gone) \`runtime/gone.ts\` \`beatflow gone\` \`beatflow load --gone\`
    npm run gone BEATFLOW_GONE output \`gone\` /var/lib/beatflow/bin/gone.sh
    gcloud run jobs execute $ENV-loader --args=--gone,1`;
  expect(faultsIn(text, 'docs/cost.md')).toEqual([
    'no such link: gone.md',
    'no such link: deploy.md#gone',
    'no such path: runtime/gone.ts',
    'no such command: gone',
    'no such command: load --gone',
    "no such argument of the loader's job: --gone,1",
    'no such npm script: gone',
    'no such variable: BEATFLOW_GONE',
    'no such output: gone',
    'no such script of a machine: gone.sh',
  ]);
});

test('the index of decisions has each once, by its title', () => {
  const records = globSync('docs/adr/[0-9]*.md', { cwd: root }).sort();
  const titled = records.map((path) => {
    const title = /^# (.+)$/m.exec(read(path))?.[1];
    return `- [${title}](${path.slice('docs/adr/'.length)})`;
  });
  const listed = read('docs/adr/README.md')
    .split('\n')
    .filter((line) => line.startsWith('- '));
  expect(titled.length).toBeGreaterThan(25);
  expect(listed.sort()).toEqual(titled.sort());
});

test('every tier of tests is explained to contributors', () => {
  const list = read('scripts/testing/tiers.mjs').split('export const tiers')[1] ?? '';
  const tiers = [...list.matchAll(/^ {2}'?([a-z][\w-]*)'?: (?:\{|airflow)/gm)].map(([, name]) => name);
  expect(tiers.length).toBeGreaterThan(15);
  const table = read('CONTRIBUTING.md');
  expect(tiers.filter((name) => name !== 'static' && !table.includes(`\`${name}\``))).toEqual([]);
});
