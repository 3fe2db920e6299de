import { LogMetric } from '../../constructs/log-metric.ts';
import { Template } from '../support/template.ts';

test('is one metric; its type is known before it exists', () => {
  let type = '';
  const template = Template.of((scope) => {
    type = new LogMetric(scope, 'lag', {
      name: 'beatflow-dev/lag',
      description: 'lag',
      filter: 'jsonPayload.signal="x"',
      extractor: 'EXTRACT(jsonPayload.lag)',
      unit: '1',
    }).type;
  });
  expect(template.inventory).toEqual({ logging_metric: 1 });
  expect(type).toBe('logging.googleapis.com/user/beatflow-dev/lag');
  expect(template.only('google_logging_metric')).toMatchObject({
    value_extractor: 'EXTRACT(jsonPayload.lag)',
    metric_descriptor: { value_type: 'DISTRIBUTION', metric_kind: 'DELTA', unit: '1' },
  });
});
