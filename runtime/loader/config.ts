import { lakeVariables } from '../lake/open-store.ts';
import type { ConfigOf } from '../program/config.ts';
import { duckDbVariables } from '../warehouse/config.ts';

/** The loader's environment variables. */
export const loaderVariables = { ...lakeVariables, ...duckDbVariables };

/** The loader's configuration. */
export type LoaderConfig = ConfigOf<typeof loaderVariables>;
