import { z } from 'zod';
import { MartsUnavailable, type MartsVersion } from '../../warehouse/marts/marts.ts';
import { pipelineLoads, pipelineTopics } from '../datasets/pipeline.ts';
import { oncePerVersion } from '../version/once-per-version.ts';

/** How far the pipeline had come when a version of the marts was built. */
export const pipelineSchema = z.object({
  topics: z.array(pipelineTopics.row),
  /** The last runs of the loader, newest first. */
  loads: z.array(pipelineLoads.row),
});

/** The state of the pipeline. */
type Pipeline = z.infer<typeof pipelineSchema>;

/** How many runs of the loader are shown. */
const newestLoads = { limit: 8 };

async function askPipeline(version: MartsVersion): Promise<Pipeline | undefined> {
  try {
    const [topics, loads] = await Promise.all([
      version.query(pipelineTopics.query({}), {}),
      version.query(pipelineLoads.query(newestLoads), newestLoads),
    ]);
    return pipelineSchema.parse({ topics, loads });
  } catch (error) {
    if (error instanceof MartsUnavailable) return undefined;
    throw error;
  }
}

/** The pipeline's state as a version tells it; undefined for one that does not. */
export const pipelineOf = oncePerVersion(askPipeline);
