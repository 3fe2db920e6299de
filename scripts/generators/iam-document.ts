import { iamRows, iamTable } from './iam-matrix.ts';
import type { Synthesised } from './synthesised.ts';

/** The text of docs/iam.md: every grant of every environment. */
export function iamDocument(environments: ReadonlyMap<string, Synthesised>): string {
  const parts = [
    '# Who may do what',
    '',
    'Every grant that a deploy makes, by environment. Generated from the synthesised stacks by `npm run generate`; a',
    'test fails when it is out of date, so that a change of rights is a line in a diff. The project is called',
    '`your-project` here.',
    '',
  ];
  for (const [name, stacks] of environments) {
    parts.push(`## ${name}`, '', iamTable(iamRows([...stacks.values()])));
  }
  return parts.join('\n');
}
