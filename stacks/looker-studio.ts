/** What a report is made on. */
interface ReportSource {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** A link that opens a new Looker Studio report on a table, for whoever may read it. */
export function newReportLink({ project, dataset, table }: ReportSource): string {
  const query = new URLSearchParams({
    'r.reportName': table.replaceAll('_', ' '),
    'ds.connector': 'bigQuery',
    'ds.type': 'TABLE',
    'ds.projectId': project,
    'ds.datasetId': dataset,
    'ds.tableId': table,
    'ds.billingProjectId': project,
  });
  return `https://datastudio.google.com/reporting/create?${query}`;
}
