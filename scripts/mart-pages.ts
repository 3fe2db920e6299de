import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Mart {
  readonly name: string;
  readonly description: string;
  readonly config: { readonly meta: { readonly question: string } };
  readonly columns: readonly {
    readonly name: string;
    readonly data_type: string;
    readonly description: string;
  }[];
}

const folder = new URL('../dbt/models/marts/', import.meta.url);

/**
 * The pages about the marts, by path: each answers one question and defines every measure, in the words of its model in
 * dbt, so that page and model cannot differ.
 */
export function martPages(): Readonly<Record<string, string>> {
  const marts = readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .flatMap(
      (file) => (parse(readFileSync(new URL(file, folder), 'utf8')) as { models?: Mart[] }).models ?? [],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const pages = marts.map((mart) => [`docs/marts/${mart.name}.md`, pageOf(mart)] as const);
  return { ...Object.fromEntries(pages), 'docs/marts/README.md': indexOf(marts) };
}

const banner = '<!-- Generated from dbt/models/marts by `npm run generate`; do not edit. -->';

function pageOf({ name, description, config, columns }: Mart): string {
  const [what, grain] = description.split(/\s*Grain:\s*/);
  const type = (text: string) => (text.includes('float64') ? 'double' : text);
  const rows = columns.map(
    (column) => `| ${column.name} | ${type(column.data_type)} | ${column.description} |`,
  );
  return [
    banner,
    `# ${name}`,
    '',
    `**${config.meta.question}**`,
    '',
    what,
    '',
    `One row is ${grain}`,
    '',
    '| column | type | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function indexOf(marts: readonly Mart[]): string {
  const rows = marts.map(({ name, config }) => `| [${name}](${name}.md) | ${config.meta.question} |`);
  return [banner, '# Marts', '', '| mart | answers |', '|---|---|', ...rows, ''].join('\n');
}
