import { z } from 'zod';

const instant = z.iso.datetime();

/** What a raw table held when the marts were published. Times are ISO 8601 in UTC; null for an empty table. */
const rawTableSchema = z.object({
  rows: z.int().nonnegative(),
  /** The latest event time. */
  maxTs: instant.nullable(),
  /** The latest time of production. */
  maxKafkaTimestamp: instant.nullable(),
});

/** One run of the loader, over all topics. */
const loadSchema = z.object({
  run: z.string(),
  /** When its last hour was counted and found right. */
  loadedAt: instant,
  hours: z.int().nonnegative(),
  /** Rows that these hours have after it. */
  rows: z.int().nonnegative(),
});

/**
 * The content of `current.json`: which version of the marts is the current one, and how far the pipeline had come
 * when it was built. The names in it become file names and SQL identifiers, hence the narrow patterns.
 */
export const martsPointerSchema = z.object({
  version: z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{4,16}$/),
  publishedAt: instant,
  marts: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/), z.object({ rows: z.int().nonnegative() })),
  pipeline: z.object({
    raw: z.record(z.string(), rawTableSchema),
    loadedAt: instant.nullable(),
    /** Dead letters by topic, over the whole history. */
    deadLetters: z.record(z.string(), z.int().nonnegative()),
    /** The last runs of the loader, newest first. */
    loads: z.array(loadSchema),
  }),
});

/** The current version of the marts. */
export type MartsPointer = z.infer<typeof martsPointerSchema>;

/** How far the pipeline had come when a version was published. */
export type PipelineState = MartsPointer['pipeline'];
