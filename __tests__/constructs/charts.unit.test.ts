import { Charts } from '../../constructs/charts.ts';
import { Template } from '../support/template.ts';

test('is one page with a chart for each', () => {
  const chart = { filter: 'metric.type="x"', align: 'ALIGN_MEAN', reduce: 'REDUCE_MAX', unit: 's' } as const;
  const template = Template.of(
    (scope) =>
      new Charts(scope, 'charts', {
        title: 'pipeline',
        charts: [
          { ...chart, title: 'one' },
          { ...chart, title: 'two', groupBy: ['metric.label.result'] },
        ],
      }),
  );
  expect(template.inventory).toEqual({ monitoring_dashboard: 1 });
  const page = JSON.parse(String(template.only('google_monitoring_dashboard').dashboard_json));
  expect(page.gridLayout.widgets.map(({ title }: { title: string }) => title)).toEqual(['one', 'two']);
});
