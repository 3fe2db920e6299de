import type { DatasetName, DatasetParams, DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { day } from '../format.ts';
import { linesPlot } from '../plots/lines.ts';

/** Days from one to another, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Makes a card that shows the period that is chosen when it is asked. */
export type CardOfPeriod = (period: () => Period) => Card;

/** One line: its column, its name, its colour. */
type Line<Row> = readonly [column: keyof Row & string, label: string, colour: string];

/** The datasets that have a row for each day of a period. */
type ByDay = {
  [Name in DatasetName]: DatasetRow<Name> extends { day: string }
    ? Period extends DatasetParams<Name>
      ? Name
      : never
    : never;
}[DatasetName];

/** What a card with lines over days shows. */
interface LinesCardProps<Name extends ByDay> {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** @default half the width of the page */
  readonly layout?: string;
  readonly dataset: Name;
  readonly lines: readonly Line<DatasetRow<Name>>[];
  readonly format?: (value: number) => string;
}

/** Declares a card with lines over days, all from one dataset. */
export function linesCard<Name extends ByDay>(props: LinesCardProps<Name>): CardOfPeriod {
  const { id, title, note, layout = 'half timed', dataset, lines, format } = props;
  type Rows = (DatasetRow<Name> & { day: string })[];
  const number = (row: Rows[number], column: string) =>
    (row as Record<string, unknown>)[column] as number | null;
  return (period) => {
    const params = () => period() as DatasetParams<Name>;
    return card<Rows>({
      id,
      title,
      note,
      layout,
      load: async (signal) => (await fetchRows(dataset, params(), signal)) as Rows,
      draw: (rows, width) =>
        linesPlot({
          label: `${title}: ${lines.map(([, label]) => label).join(', ')}`,
          days: rows.map((row) => row.day),
          series: lines.map(([column, label, tone]) => ({
            label,
            colour: tone,
            values: rows.map((row) => number(row, column)),
          })),
          width,
          height: 260,
          ...(format ? { format } : {}),
        }),
      table: (rows) => ({
        caption: title,
        csv: datasetAddress(dataset, params(), '.csv'),
        columns: [{ label: 'Day' }, ...lines.map(([, label]) => ({ label, numeric: true }))],
        rows: rows.map((row) => [
          day(row.day),
          ...lines.map(([column]) => {
            const value = number(row, column);
            return value === null ? '–' : format ? format(value) : value;
          }),
        ]),
      }),
    });
  };
}
