import { TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';

/** The Terraform resources in a construct's subtree. */
export function resourcesOf(construct: IConstruct): readonly TerraformResource[] {
  return construct.node
    .findAll()
    .filter((node): node is TerraformResource => node instanceof TerraformResource);
}

/**
 * Makes every resource of `construct` wait for every resource of `prerequisites`: what a reference does not order,
 * such as an API being enabled or a grant being given.
 */
export function runAfter(construct: IConstruct, ...prerequisites: readonly IConstruct[]): void {
  const before = prerequisites.flatMap(resourcesOf).map((resource) => resource.fqn);
  for (const resource of resourcesOf(construct)) {
    resource.dependsOn = [...new Set([...(resource.dependsOn ?? []), ...before])];
  }
}
