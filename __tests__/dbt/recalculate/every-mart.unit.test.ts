import { readMarts } from '../../../scripts/generators/marts.ts';
import { recalculations } from './index.ts';

/** What a run of the loader leaves is in no event; dbt's unit tests say what these marts make of it. */
const ofTheLoader = ['marts.pipeline_loads', 'marts.pipeline_topics'];

test('every mart is calculated a second time, and nothing that is none', () => {
  const marts = readMarts().map(({ name }) => `marts.${name}`);
  const calculated = recalculations.map(([table]) => table).filter((table) => table !== 'core.dim_users');
  expect([...calculated, ...ofTheLoader].sort()).toEqual(marts);
});
