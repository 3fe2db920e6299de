import { Alert } from '../../constructs/alert.ts';
import { Template } from '../support/template.ts';

test('is one policy with a condition of each kind', () => {
  const aggregation = { periodSeconds: 300, align: 'ALIGN_SUM', reduce: 'REDUCE_SUM' } as const;
  const template = Template.of(
    (scope) =>
      new Alert(scope, 'stale', {
        title: 'stale',
        severity: 'CRITICAL',
        channels: ['projects/p/notificationChannels/1'],
        documentation: 'what to do',
        conditions: {
          high: { above: 5, filter: 'a', dividedBy: 'b', aggregation, forSeconds: 60 },
          low: { below: 1, filter: 'a', aggregation, forSeconds: 0 },
          silent: { absentForSeconds: 900, filter: 'a', aggregation },
        },
      }),
  );
  expect(template.inventory).toEqual({ monitoring_alert_policy: 1 });
  expect(template.only('google_monitoring_alert_policy')).toMatchObject({
    notification_channels: ['projects/p/notificationChannels/1'],
    documentation: { content: 'what to do' },
    conditions: [
      {
        display_name: 'high',
        condition_threshold: {
          threshold_value: 5,
          comparison: 'COMPARISON_GT',
          duration: '60s',
          denominator_filter: 'b',
        },
      },
      { display_name: 'low', condition_threshold: { threshold_value: 1, comparison: 'COMPARISON_LT' } },
      { display_name: 'silent', condition_absent: { duration: '900s' } },
    ],
  });
});
