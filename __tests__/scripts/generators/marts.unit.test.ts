import { layoutOf } from '../../../runtime/warehouse/marts/layout.ts';
import { type Mart, martFaults, readMarts } from '../../../scripts/generators/marts.ts';

const mart = (name: string, meta: object): Mart => ({
  name,
  description: 'Songs. Grain: one song.',
  config: { meta: { question: 'Which songs?', ...meta } },
  columns: [
    { name: 'song', data_type: 'string', description: 'Title.' },
    { name: 'streams', data_type: 'bigint', description: 'Song starts.' },
  ],
});

test('the marts of the project are sound, and programs have the layout of each', () => {
  const marts = readMarts();
  expect(marts.length).toBeGreaterThan(20);
  for (const { name, config } of marts) expect([name, layoutOf(name)]).toEqual([name, config.meta.layout]);
  expect(marts.filter(({ name }) => layoutOf(name)).length).toBeGreaterThan(10);
});

test('a mart that was renamed in one place, and columns that its layout makes up, are named all at once', () => {
  const layout = { order_by: ['title', 'streams'], enums: ['sung'], residentRows: 3 };
  expect(
    martFaults([mart('songs', { layout }), mart('old', { question: '' })], ['songs', 'renamed']),
  ).toEqual([
    'renamed.sql is declared in no .yml beside it: write its grain, question and columns',
    'songs: config.meta.layout.order_by names title: expected one of song, streams',
    'songs: config.meta.layout.enums names sung: expected one of song, streams',
    'songs: config.meta.layout.residentRows is unknown: expected order_by, resident_rows, uncompressed, columns or enums',
    'old: there is no such .sql beside it: rename or remove it',
    'old: config.meta.question is not set: expected what the mart answers',
  ]);
});

test('a layout without an order, or with values of another form, says what was expected', () => {
  const layout = { resident_rows: 'many', uncompressed: 1, columns: 'song' };
  expect(martFaults([mart('songs', { layout })], ['songs'])).toEqual([
    'songs: config.meta.layout.resident_rows is "many": expected a number of rows',
    'songs: config.meta.layout.uncompressed is 1: expected true or false',
    'songs: config.meta.layout.columns is "song": expected a list of columns',
    'songs: config.meta.layout.order_by is not set: expected the columns to order rows by',
  ]);
});
