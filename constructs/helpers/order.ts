import { TerraformDataSource, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';

type Element = TerraformResource | TerraformDataSource;

/** The Terraform resources and data sources in a construct's subtree. */
function elementsOf(construct: IConstruct): readonly Element[] {
  return construct.node
    .findAll()
    .filter(
      (node): node is Element => node instanceof TerraformResource || node instanceof TerraformDataSource,
    );
}

/** The address of an element as `depends_on` takes it: a bare reference, not an expression. */
export function addressOf(element: Element): string {
  const address = `${element.terraformResourceType}.${element.friendlyUniqueId}`;
  return element instanceof TerraformDataSource ? `data.${address}` : address;
}

/**
 * Makes every element of `construct` wait for every element of `prerequisites`: what a reference does not order,
 * such as an API being enabled or a grant being given.
 */
export function runAfter(construct: IConstruct, ...prerequisites: readonly IConstruct[]): void {
  const before = prerequisites.flatMap(elementsOf).map(addressOf);
  for (const element of elementsOf(construct)) {
    element.dependsOn = [...new Set([...(element.dependsOn ?? []), ...before])];
  }
}
