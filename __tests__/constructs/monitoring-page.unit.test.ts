import { MonitoringPage } from '../../constructs/monitoring-page.ts';
import { Template } from '../support/template.ts';

test('is one page with a graph for each', () => {
  const graph = { filter: 'metric.type="x"', align: 'ALIGN_MEAN', reduce: 'REDUCE_MAX', unit: 's' } as const;
  const template = Template.of(
    (scope) =>
      new MonitoringPage(scope, 'charts', {
        title: 'pipeline',
        graphs: [
          { ...graph, title: 'one' },
          { ...graph, title: 'two', groupBy: ['metric.label.result'] },
        ],
      }),
  );
  expect(template.inventory).toEqual({ monitoring_dashboard: 1 });
  const page = JSON.parse(String(template.only('google_monitoring_dashboard').dashboard_json));
  expect(page.gridLayout.widgets.map(({ title }: { title: string }) => title)).toEqual(['one', 'two']);
});
