import { z } from 'zod';
import { usStateCodes } from '../shared/us-states.ts';

const day = (doc: string) =>
  z.iso.date({ error: 'expected a date such as 2026-03-01' }).optional().meta({ description: doc });

/** First and last day, both included; without them the whole history. */
export const period = {
  from: day('First day, UTC; without it the history from its start.'),
  to: day('Last day, UTC, included; without it the history to its end.'),
};

/** The audience a number is about. */
export const audience = {
  state: z
    .enum(usStateCodes, { error: 'expected the two-letter code of a US state, such as CA' })
    .optional()
    .meta({ description: 'Only listeners in this US state, two-letter code.' }),
  level: z
    .enum(['free', 'paid'], { error: 'expected free or paid' })
    .optional()
    .meta({ description: 'Only listening on this subscription level.' }),
};

/** How many rows, most popular first. */
export const limit = (fallback: number, max: number) =>
  z.coerce
    .number({ error: `expected a whole number from 1 to ${max}` })
    .int({ error: `expected a whole number from 1 to ${max}` })
    .min(1, { error: `expected a whole number from 1 to ${max}` })
    .max(max, { error: `expected a whole number from 1 to ${max}` })
    .default(fallback)
    .meta({ description: `Rows at most, 1 to ${max}.` });
