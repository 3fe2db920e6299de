import type { App } from 'cdktf';
import type { BeatflowStack, StackProps } from './beatflow-stack.ts';
import { FoundationStack } from './foundation-stack.ts';
import { LakeStack } from './lake-stack.ts';
import { ObservabilityStack } from './observability-stack.ts';
import { OrchestrationStack } from './orchestration-stack.ts';
import { StreamingStack } from './streaming-stack.ts';
import { WarehouseStack } from './warehouse-stack.ts';

/**
 * All stacks of one deployment, in the order in which they are deployed: each names what it needs, so that a destroy
 * goes the other way.
 */
export function addStacks(app: App, props: StackProps): readonly BeatflowStack[] {
  const foundation = new FoundationStack(app, props);
  const lake = new LakeStack(app, props);
  const warehouse = new WarehouseStack(app, props);
  const streaming = new StreamingStack(app, props);
  const orchestration = new OrchestrationStack(app, props);
  const observability = new ObservabilityStack(app, props);
  lake.addDependency(foundation);
  warehouse.addDependency(foundation);
  streaming.addDependency(lake);
  orchestration.addDependency(lake);
  orchestration.addDependency(warehouse);
  observability.addDependency(orchestration);
  return [foundation, lake, warehouse, streaming, orchestration, observability];
}
