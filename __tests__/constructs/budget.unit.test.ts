import { Budget } from '../../constructs/budget.ts';
import { Template } from '../support/template.ts';

test('is one budget that tells people before the sum is spent', () => {
  const template = Template.of(
    (scope) =>
      new Budget(scope, 'budget', {
        name: 'beatflow-prod',
        billingAccount: '012345-6789AB-CDEF01',
        projectNumber: '123456789012',
        monthlyUsd: 900,
        channels: [],
      }),
  );
  expect(template.inventory).toEqual({ billing_budget: 1 });
  expect(template.only('google_billing_budget')).toMatchObject({
    budget_filter: { projects: ['projects/123456789012'] },
    amount: { specified_amount: { currency_code: 'USD', units: '900' } },
    threshold_rules: [
      { threshold_percent: 0.5 },
      { threshold_percent: 0.9 },
      { threshold_percent: 1, spend_basis: 'CURRENT_SPEND' },
      { threshold_percent: 1, spend_basis: 'FORECASTED_SPEND' },
    ],
  });
});
