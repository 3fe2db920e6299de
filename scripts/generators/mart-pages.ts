import type { Mart } from './marts.ts';

/**
 * The pages about the marts, by path: each answers one question and defines every measure, in the words of its model in
 * dbt, so that page and model cannot differ.
 */
export function martPages(marts: readonly Mart[]): Readonly<Record<string, string>> {
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
