import type { DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { heatTable } from '../plots/heat-table.ts';
import type { Period } from './lines-card.ts';

/** Which share of those who came in a week is still active in each week after. */
export function retentionCard(period: () => Period): Card {
  return card<DatasetRow<'retention'>[]>({
    id: 'retention',
    title: 'Who stays',
    note: 'Listeners by the week they first came; the share that is active in each week after',
    layout: 'full heated',
    load: (signal) => fetchRows('retention', period(), signal),
    draw: (rows) => heatTable(rows),
    downloads: () => ({ caption: 'Who stays', csv: datasetAddress('retention', period(), '.csv') }),
  });
}
