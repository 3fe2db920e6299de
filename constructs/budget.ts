import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget/index.js';
import { Construct } from 'constructs';

interface BudgetProps {
  readonly name: string;
  readonly billingAccount: string;
  readonly projectNumber: string;
  readonly monthlyUsd: number;
  /** Ids of notification channels that hear of it besides the billing account's administrators. */
  readonly channels: readonly string[];
}

/** Tells people when half, nine tenths and all of a month's sum are spent, and when the forecast exceeds it. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    new BillingBudget(this, 'budget', {
      billingAccount: props.billingAccount,
      displayName: props.name,
      budgetFilter: {
        projects: [`projects/${props.projectNumber}`],
        creditTypesTreatment: 'INCLUDE_ALL_CREDITS',
        calendarPeriod: 'MONTH',
      },
      amount: { specifiedAmount: { currencyCode: 'USD', units: String(props.monthlyUsd) } },
      thresholdRules: [
        { thresholdPercent: 0.5, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 0.9, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 1, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
      ],
      allUpdatesRule: { monitoringNotificationChannels: [...props.channels] },
    });
  }
}
