/** Who may do what on which resource, read from synthesised stacks. */

/** One grant. */
interface IamRow {
  readonly member: string;
  readonly role: string;
  /** Kind and name of the resource. */
  readonly resource: string;
  /** Expression that limits the grant; empty where it holds always. */
  readonly condition: string;
}

type Attributes = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, Attributes>>>>;

/** Attributes of grants that name what is granted, the narrowest first, with what a person calls it. */
const targets: readonly (readonly [string, string])[] = [
  ['table_id', 'table'],
  ['dataset_id', 'dataset'],
  ['bucket', 'bucket'],
  ['secret_id', 'secret'],
  ['crypto_key_id', 'key'],
  ['repository', 'repository'],
  ['service_account_id', 'account'],
  ['web_backend_service', 'load balancer'],
  ['name', 'service or job'],
  ['project', 'project'],
];

/** Attributes by which a referenced resource is called. */
const naming = ['name', 'table_id', 'dataset_id', 'secret_id', 'repository_id', 'account_id'] as const;

function resolve(text: string, resources: Resources): string {
  return text.replaceAll(/\$\{(google_\w+)\.([\w-]+)\.\w+\}/g, (reference, type: string, id: string) => {
    const found = resources[type]?.[id];
    const name = naming.map((attribute) => found?.[attribute]).find((value) => typeof value === 'string');
    if (name === undefined) throw new Error(`${reference} leads to nothing that has a name`);
    return resolve(String(name), resources);
  });
}

/** What is read here of a stack's cdk.tf.json. */
export interface StackJson {
  readonly resource?: Resources;
}

/** The grants of synthesised stacks, in order of member, role and resource. */
export function iamRows(stacks: readonly StackJson[]): readonly IamRow[] {
  const rows = stacks.flatMap(({ resource: resources = {} }) =>
    Object.entries(resources)
      .filter(([type]) => type.endsWith('_iam_member'))
      .flatMap(([type, byId]) =>
        Object.entries(byId).map(([id, attributes]) => {
          const target = targets.find(([attribute]) => typeof attributes[attribute] === 'string');
          if (!target) throw new Error(`${type}.${id} names nothing that it grants on`);
          const [attribute, kind] = target;
          const { expression = '' } = (attributes.condition ?? {}) as { expression?: string };
          return {
            member: resolve(String(attributes.member), resources),
            role: String(attributes.role),
            resource: `${kind} ${resolve(String(attributes[attribute]), resources)}`,
            condition: expression,
          };
        }),
      ),
  );
  const order = ({ member, role, resource, condition }: IamRow) =>
    [member, role, resource, condition].join('\t');
  return rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Rows as a Markdown table. */
export function iamTable(rows: readonly IamRow[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return [
    '| member | role | on | only if |',
    '|---|---|---|---|',
    ...rows.map(
      ({ member, role, resource, condition }) =>
        `| ${cell(member)} | ${cell(role)} | ${cell(resource)} | ${condition ? `\`${cell(condition)}\`` : ''} |`,
    ),
    '',
  ].join('\n');
}
