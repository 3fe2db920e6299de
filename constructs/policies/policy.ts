import { Annotations, type IAspect, TerraformProvider, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Environment } from '../../environments/model/environment.ts';

/** A resource or provider as Terraform will see it. */
export interface Described {
  /** For example `google_storage_bucket`; a provider is `provider`. */
  readonly type: string;
  /** Attributes by their Terraform names; references are opaque texts. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A rule over the whole app for what scanners have no rule for. The file's name is its id. */
export interface Policy {
  readonly id: string;
  /** What must hold, one sentence. */
  readonly doc: string;
  /** What is wrong with an element, each with what was got; nothing where the rule does not apply. */
  readonly faults: (element: Described, environment: Environment) => readonly string[];
}

/** Applies policies to every resource and provider; a fault fails the synth. Safe to run twice. */
export class PolicyAspect implements IAspect {
  readonly #policies: readonly Policy[];
  readonly #environment: Environment;

  constructor(policies: readonly Policy[], environment: Environment) {
    this.#policies = policies;
    this.#environment = environment;
  }

  visit(node: IConstruct): void {
    const element = describeNode(node);
    if (!element) return;
    const known = new Set(node.node.metadata.map(({ data }) => data));
    for (const { id, faults } of this.#policies) {
      for (const fault of faults(element, this.#environment)) {
        const message = `${id}: ${fault}`;
        if (!known.has(message)) Annotations.of(node).addError(message);
      }
    }
  }
}

function describeNode(node: IConstruct): Described | undefined {
  if (node instanceof TerraformResource) {
    const { resource } = node.toTerraform() as { resource: Record<string, Record<string, object>> };
    const [type, byId] = Object.entries(resource)[0] ?? [];
    const attributes = byId && Object.values(byId)[0];
    return type && attributes ? { type, attributes: { ...attributes } } : undefined;
  }
  if (node instanceof TerraformProvider) {
    const { provider } = node.toTerraform() as { provider: Record<string, readonly object[]> };
    return { type: 'provider', attributes: { ...Object.values(provider)[0]?.[0] } };
  }
  return undefined;
}

/** The blocks at a path of attribute names, whether Terraform has one or a list of each. */
export function blocks(attributes: unknown, ...path: readonly string[]): readonly Record<string, unknown>[] {
  return path.reduce<readonly Record<string, unknown>[]>(
    (found, name) =>
      found.flatMap((block) => {
        const value = block[name];
        const list = Array.isArray(value) ? value : [value];
        return list.filter(
          (entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null,
        );
      }),
    [attributes as Record<string, unknown>],
  );
}
