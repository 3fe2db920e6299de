import { z } from 'zod';

const instant = z.iso.datetime();

/**
 * The content of `current.json`: which version of the marts is the current one. The names in it become file names and
 * SQL identifiers, hence the narrow patterns.
 */
export const martsPointerSchema = z.object({
  version: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{4,16}$/),
  publishedAt: instant,
  marts: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/), z.object({ rows: z.int().nonnegative() })),
});

/** The current version of the marts. */
export type MartsPointer = z.infer<typeof martsPointerSchema>;
