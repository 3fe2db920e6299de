/**
 * The reads of partitioned tables that no literal prunes, by who asks and which tables (`layer.table`), each with its reason.
 * Anything else that reads a partitioned table whole fails the tests: it would cost more with every day of history.
 */
export interface WholeRead {
  readonly asker: RegExp;
  readonly tables: RegExp;
  readonly reason: string;
}

export const wholeReads: readonly WholeRead[] = [
  {
    asker: /./,
    tables: /__dbt_tmp/,
    reason: 'a table that dbt made in this build, of the changed days alone',
  },
  {
    asker: /^loader query$/,
    tables: /^raw\.(lake_commits|lake_files|load_audit)$/,
    reason:
      'bookkeeping: a row for each commit, file and load, of which the loader asks what is not loaded yet',
  },
  {
    asker: /^dbt (model\.beatflow\.(loaded_days|pipeline_loads|pipeline_topics|stg_\w+)|itself|test\.)/,
    tables: /^raw\.(lake_commits|load_audit)$/,
    reason:
      'bookkeeping, partitioned by when it was written; which days changed is in no partition of its own',
  },
  {
    asker: /^dbt model\.beatflow\.int_latest_events$/,
    tables: /^staging\.stg_\w+$/,
    reason: 'the newest event of each topic, from one column of four bytes',
  },
  {
    asker: /^dbt model\.beatflow\.dim_\w+$/,
    tables: /^core\.(int_user_days|int_origin_days|int_song_days|fct_subscription_changes)$/,
    reason: 'a dimension holds whoever was seen on any day; read from totals by day, not from events',
  },
  {
    asker:
      /^dbt model\.beatflow\.(activity_daily|active_users_daily|sessions_daily|subscriptions_daily|conversion_funnel_daily|retention_cohorts_weekly|song_totals|artist_totals|charts_\w+|wrapped_user_year)$/,
    tables: /^(core\.(int_\w+|fct_sessions|fct_subscription_changes)|marts\.wrapped_\w+)$/,
    reason: 'a mart that is made anew whole, from rows by day, session or rank; none reads events',
  },
  {
    asker: /^dbt test\.beatflow\.(same_totals_(dim|activity_daily)|sessions_|wrapped_holds)/,
    tables: /^(core|marts)\./,
    reason: 'a test of a model that is made anew whole, over all of its days',
  },
];

/** The whole reads of a report that none of {@link wholeReads} allows, as `asker: table`. */
export function unexpectedWholeReads(
  unpruned: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.entries(unpruned).flatMap(([asker, tables]) =>
    tables
      .map(layerAndTable)
      .filter((table) => !wholeReads.some((read) => read.asker.test(asker) && read.tables.test(table)))
      .map((table) => `${asker}: ${table}`),
  );
}

/** `core.fct_streams` of `project.prefix_core.fct_streams`. */
function layerAndTable(name: string): string {
  const [, dataset = '', table = ''] = name.split('.');
  return `${dataset.slice(dataset.lastIndexOf('_') + 1)}.${table}`;
}
