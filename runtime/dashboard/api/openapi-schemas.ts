import { z } from 'zod';
import type { Dataset } from '../datasets/dataset.ts';

/** A schema as the document has it. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

/** The answer to a request that cannot be answered. */
export const problem = { $ref: '#/components/responses/Problem' };

/** The answer to someone who has it already. */
export const notModified = { description: 'The entity in If-None-Match is still the current one.' };

/** The parameters of a dataset. */
export function parameters(dataset: Dataset): object[] {
  return Object.entries(dataset.params.shape).map(([name, schema]) => {
    const { description, ...rest } = schemaOf(schema as z.ZodType, 'input');
    const required = !(schema as z.ZodType).safeParse(undefined).success;
    return { name, in: 'query', required, description, schema: rest };
  });
}
