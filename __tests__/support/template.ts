import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import { TerraformStack, Testing } from 'cdktf';
import type { Construct } from 'constructs';

type Attributes = Readonly<Record<string, unknown>>;

/** One resource of a synthesised stack. */
interface TemplateResource {
  readonly type: string;
  readonly id: string;
  readonly attributes: Attributes;
}

/**
 * What a stack synthesises, to be asserted on. Unlike cdktf's own matchers, which pass when one resource of a kind
 * matches, it speaks of every resource of a kind or of the only one, and never of none.
 */
export class Template {
  readonly json: Readonly<Record<string, Record<string, Record<string, Attributes>>>>;

  constructor(json: string) {
    this.json = JSON.parse(json);
  }

  /** Synthesises a stack, validations included. */
  static ofStack(stack: TerraformStack): Template {
    return new Template(Testing.synth(stack, true));
  }

  /** Synthesises what `add` puts into an empty stack. */
  static of(add: (scope: Construct) => void): Template {
    const stack = new TerraformStack(Testing.app(), 'test');
    new GoogleProvider(stack, 'google', { project: 'project', region: 'us-central1' });
    add(stack);
    return Template.ofStack(stack);
  }

  /** All resources, in the order of type and id. */
  get resources(): readonly TemplateResource[] {
    return Object.entries(this.json.resource ?? {})
      .flatMap(([type, byId]) => Object.entries(byId).map(([id, attributes]) => ({ type, id, attributes })))
      .sort((a, b) => (`${a.type}.${a.id}` < `${b.type}.${b.id}` ? -1 : 1));
  }

  /** How many resources there are of each type, without the prefix that all share. */
  get inventory(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { type } of this.resources) {
      const name = type.replace(/^google_/, '');
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  /** The only resource of a type. Throws where there is none or a second. */
  only(type: string): Attributes {
    const found = this.every(type);
    if (found.length > 1) throw new Error(`there are ${found.length} of ${type}, expected one`);
    return found[0] as Attributes;
  }

  /** The resource of a type whose id ends so. Throws where there is not exactly one. */
  named(type: string, suffix: string): Attributes {
    const found = this.resources.filter((resource) => resource.type === type && resource.id.includes(suffix));
    if (found.length !== 1)
      throw new Error(`${found.length} of ${type} are called …${suffix}…, expected one`);
    return (found[0] as TemplateResource).attributes;
  }

  /** All resources of a type; throws where there is none, so that no assertion is true of the empty set. */
  every(type: string): readonly Attributes[] {
    const found = this.resources.filter((resource) => resource.type === type);
    if (found.length === 0) {
      const types = [...new Set(this.resources.map((resource) => resource.type))];
      throw new Error(`there is no ${type}, only ${types.join(', ') || 'nothing'}`);
    }
    return found.map(({ attributes }) => attributes);
  }

  /** Fails unless every resource of a type, and at least one, has these attributes; nested ones may have more. */
  expectEvery(type: string, expected: Attributes): void {
    for (const attributes of this.every(type)) expect(attributes).toMatchObject(expected);
  }

  /** Grants as `role <- member`, with conditions by title, in order. */
  get grants(): readonly string[] {
    return this.resources
      .filter(({ type }) => type.endsWith('_iam_member'))
      .map(({ attributes }) => {
        const { role, member, condition } = attributes as {
          role: string;
          member: string;
          condition?: { title: string };
        };
        return `${role} <- ${member}${condition ? ` if ${condition.title}` : ''}`;
      });
  }
}
