import {
  type PipelineRowOf,
  type PipelineTableName,
  pipelineTables,
} from '../../contract/pipeline-tables.ts';
import { insertStatements } from '../sql-literal.ts';
import type { RegisteredCommit } from './warehouse.ts';

/**
 * Bytes of one script at most. BigQuery takes 1 MB of query text (https://cloud.google.com/bigquery/quotas#query_jobs);
 * what is left is for the lines around the statements. One commit record stays below: it names some hundred hours, of
 * about 400 bytes each.
 */
const longestScriptBytes = 900_000;

const bytesOf = (statements: readonly string[]) =>
  statements.reduce((sum, statement) => sum + Buffer.byteLength(statement), 0);

/**
 * The statements that take commit records and their files into the bookkeeping, cut into scripts that BigQuery takes:
 * each holds whole records, in the order given.
 */
export function registerScripts(
  commits: readonly RegisteredCommit[],
  nameOf: (table: PipelineTableName) => string,
): string[][] {
  const insert = <T extends PipelineTableName>(table: T, rows: readonly PipelineRowOf<T>[]) =>
    insertStatements(nameOf(table), pipelineTables[table].fields, rows as never);
  const insertsOf = (part: readonly RegisteredCommit[]) => [
    ...insert(
      'lake_commits',
      part.map(({ commit }) => commit),
    ),
    ...insert(
      'lake_files',
      part.flatMap(({ files }) => files),
    ),
  ];
  const parts: RegisteredCommit[][] = [];
  let bytes = 0;
  for (const commit of commits) {
    // Alone it takes more than among others, which share the words before the values.
    const more = bytesOf(insertsOf([commit]));
    if (parts.length === 0 || bytes + more > longestScriptBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(commit);
    bytes += more;
  }
  return parts.map(insertsOf);
}
