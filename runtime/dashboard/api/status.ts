import { z } from 'zod';
import type { MartsWarehouse } from '../../warehouse/marts/marts.ts';
import { martsPointerSchema } from '../../warehouse/marts/pointer.ts';
import { extentOf } from '../version/extent.ts';
import { pipelineOf, pipelineSchema } from './pipeline.ts';

/** What the page knows before it asks for any dataset. */
export const statusSchema = z.object({
  /** The current version of the marts; null before the first. */
  marts: martsPointerSchema.nullable(),
  /** The days the marts cover; null without data. */
  extent: z.object({ firstDay: z.iso.date(), lastDay: z.iso.date() }).nullable(),
  /** How far the pipeline had come when they were built; null where they do not tell. */
  pipeline: pipelineSchema.nullable(),
  /** Why the marts cannot be refreshed, while that lasts. */
  fault: z.string().nullable(),
  /** The server's clock: ages are told by it, not by the reader's. */
  now: z.iso.datetime(),
});

/** The state of the data, for the page. */
export type Status = z.infer<typeof statusSchema>;

/** What the outside is told of a fault; the log has the rest, which may name places. */
export const martsFault = 'the newest marts cannot be opened; the log of the dashboard says why';

/** The status now. */
export async function statusOf(marts: MartsWarehouse): Promise<Status> {
  const now = new Date().toISOString();
  const fault = marts.fault === undefined ? null : martsFault;
  if (!marts.pointer) return { marts: null, extent: null, pipeline: null, fault, now };
  return marts.read(async (version) => ({
    marts: version.pointer,
    extent: (await extentOf(version)) ?? null,
    pipeline: (await pipelineOf(version)) ?? null,
    fault,
    now,
  }));
}
