import type { DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { funnelBars } from '../plots/funnel-bars.ts';
import type { Period } from './lines-card.ts';

/** How far visits by guests have come, step by step. */
export function funnelCard(period: () => Period): Card {
  return card<DatasetRow<'funnel'>[]>({
    id: 'funnel',
    title: 'From a visit to a subscription',
    note: 'Visits by guests in the period, and how far they have come since',
    layout: 'half funnelled',
    load: (signal) => fetchRows('funnel', period(), signal),
    isEmpty: (rows) => !rows[0]?.visits,
    draw: ([row]) =>
      funnelBars([
        { label: 'Visited', value: row?.visits ?? 0 },
        { label: 'Saw the registration', value: row?.register_views ?? 0 },
        { label: 'Signed up', value: row?.sign_ups ?? 0 },
        { label: 'Listened', value: row?.listened ?? 0 },
        { label: 'Upgraded to paid', value: row?.upgraded ?? 0 },
      ]),
    table: ([row]) => ({
      caption: 'From a visit to a subscription',
      csv: datasetAddress('funnel', period(), '.csv'),
      columns: [{ label: 'Step' }, { label: 'Visits', numeric: true }],
      rows: Object.entries(row ?? {}).map(([step, value]) => [step.replaceAll('_', ' '), value]),
    }),
  });
}
