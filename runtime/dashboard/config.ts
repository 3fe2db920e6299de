import { lakeVariables } from '../lake/open-store.ts';
import { text, variable } from '../program/config.ts';
import { martsVariables } from '../warehouse/marts/location.ts';

/** The variables of the dashboard. */
export const dashboardVariables = {
  port: variable(
    'BEATFLOW_DASHBOARD_PORT',
    'Port the page is served on; 0 takes any free one.',
    text.integer({ min: 0, max: 65535 }).prefault('8080'),
  ),
  host: variable(
    'BEATFLOW_DASHBOARD_HOST',
    'Address the page is served on.',
    text.nonEmpty().prefault('127.0.0.1'),
  ),
  ...martsVariables,
  lake: variable(
    'BEATFLOW_LAKE',
    "Folder of the lake, for the consumers' live snapshots; without it the live page is empty.",
    lakeVariables.lake.schema.optional(),
  ),
};
