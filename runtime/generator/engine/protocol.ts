import type { ShardState, Slice } from './engine.ts';
import type { PartProps } from './part.ts';

/** What a worker is asked. Each request has one answer, in order. */
export type WorkerRequest =
  | { readonly type: 'start'; readonly props: PartProps }
  | {
      readonly type: 'advance';
      readonly until: number;
      /** Memory of earlier slices that may be filled again. */
      readonly returned: readonly ArrayBuffer[];
    }
  | { readonly type: 'replay'; readonly until: number }
  | { readonly type: 'save'; readonly shard: number };

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly type: 'done' }
  | { readonly type: 'slice'; readonly slice: Slice }
  | { readonly type: 'state'; readonly state: ShardState };
