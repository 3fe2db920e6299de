import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { MartLayout } from '../../runtime/warehouse/marts/layout.ts';

/** A mart as its model in dbt declares it. */
export interface Mart {
  readonly name: string;
  readonly description: string;
  readonly config: { readonly meta: { readonly question: string; readonly layout?: MartLayout } };
  readonly columns: readonly {
    readonly name: string;
    readonly data_type: string;
    readonly description: string;
  }[];
}

const folder = new URL('../../dbt/models/marts/', import.meta.url);

/** What is wrong with a mart's layout. */
function layoutFaults({ columns }: Mart, layout: Readonly<Record<string, unknown>>): readonly string[] {
  const faults: string[] = [];
  const known = columns.map(({ name }) => name);
  for (const [key, value] of Object.entries(layout)) {
    if (key === 'order_by' || key === 'columns' || key === 'enums') {
      if (!Array.isArray(value)) {
        faults.push(`${key} is ${JSON.stringify(value)}: expected a list of columns`);
        continue;
      }
      for (const column of value) {
        if (!known.includes(column))
          faults.push(`${key} names ${column}: expected one of ${known.join(', ')}`);
      }
    } else if (key === 'resident_rows') {
      if (!Number.isSafeInteger(value) || Number(value) < 0) {
        faults.push(`${key} is ${JSON.stringify(value)}: expected a number of rows`);
      }
    } else if (key === 'uncompressed') {
      if (typeof value !== 'boolean')
        faults.push(`${key} is ${JSON.stringify(value)}: expected true or false`);
    } else {
      faults.push(`${key} is unknown: expected order_by, resident_rows, uncompressed, columns or enums`);
    }
  }
  if (layout.order_by === undefined)
    faults.push('order_by is not set: expected the columns to order rows by');
  return faults;
}

/**
 * What is wrong with marts as they are declared, a line for each fault.
 * @param marts The declared ones.
 * @param models The names of the SQL files beside them.
 */
export function martFaults(marts: readonly Mart[], models: readonly string[]): readonly string[] {
  const declared = new Set(marts.map(({ name }) => name));
  return [
    ...models
      .filter((name) => !declared.has(name))
      .map((name) => `${name}.sql is declared in no .yml beside it: write its grain, question and columns`),
    ...marts.flatMap((mart) => {
      const { layout, question } = mart.config?.meta ?? {};
      const faults = [
        ...(models.includes(mart.name) ? [] : ['there is no such .sql beside it: rename or remove it']),
        ...(question ? [] : ['config.meta.question is not set: expected what the mart answers']),
        ...(/Grain: \S/.test(mart.description ?? '') ? [] : ['its description says no "Grain: …"']),
        ...(layout === undefined
          ? []
          : layoutFaults(mart, layout as never).map((fault) => `config.meta.layout.${fault}`)),
      ];
      return faults.map((fault) => `${mart.name}: ${fault}`);
    }),
  ];
}

/**
 * The marts of the dbt project in the order of their names.
 * @throws Error that names every fault of every mart.
 */
export function readMarts(): readonly Mart[] {
  const files = readdirSync(folder);
  const models = files.filter((file) => file.endsWith('.sql')).map((file) => file.slice(0, -'.sql'.length));
  const marts = files
    .filter((file) => file.endsWith('.yml'))
    .flatMap(
      (file) => (parse(readFileSync(new URL(file, folder), 'utf8')) as { models?: Mart[] }).models ?? [],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const faults = martFaults(marts, models);
  if (faults.length > 0)
    throw new Error(`dbt/models/marts:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return marts;
}

/** The layouts of all marts that have one, as programs read them. */
export function martLayouts(marts: readonly Mart[]): string {
  const layouts = marts.flatMap(({ name, config: { meta } }) => (meta.layout ? [[name, meta.layout]] : []));
  return `${JSON.stringify(Object.fromEntries(layouts), null, 1)}\n`;
}

/** The exposure by which dbt's lineage shows what the page reads: every mart. */
export function pageExposure(marts: readonly Mart[]): string {
  return `# Generated from dbt/models/marts by \`npm run generate\`; do not edit.
version: 2

exposures:
  - name: dashboard
    label: The page
    type: dashboard
    maturity: high
    description: The page that Beatflow serves itself; it reads the marts as they were published after a build.
    owner: { name: Beatflow }
    depends_on:
${marts.map(({ name }) => `      - ref('${name}')\n`).join('')}`;
}
