import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { App, TerraformStack, Testing } from 'cdktf';
import { addPolicies, policies } from '../../constructs/policies/index.ts';
import { deployments } from '../support/deployments.ts';
import { cases } from './cases.ts';

const all = await deployments();
const prod = all.get('prod');
const dev = all.get('dev');
if (!prod || !dev) throw new Error('dev and prod are missing');

test('each policy is a file of its name, is applied, and has its cases', () => {
  const files = readdirSync(new URL('../../constructs/policies/', import.meta.url))
    .map((file) => file.replace(/\.ts$/, ''))
    .filter((file) => !['index', 'policy', 'checkov'].some((other) => file.startsWith(other)))
    .sort();
  expect(policies.map(({ id }) => id)).toEqual(files);
  expect(Object.keys(cases).sort()).toEqual(files);
});

describe.each(policies.map((policy) => [policy.id, policy] as const))('%s', (id, policy) => {
  const { keeps, breaks } = cases[id] ?? { breaks: [] };

  test('is silent about what keeps it', () => {
    if (!keeps) throw new Error(`${id} has no case that keeps it`);
    expect(policy.faults(keeps, prod)).toEqual([]);
  });

  test.each(breaks.map(([element, said]) => [said, element] as const))('says: %s', (said, element) => {
    expect(policy.faults(element, prod).join('\n')).toContain(said);
  });
});

test('an environment without keys or protection of its own is not asked for them', () => {
  const bucket = { type: 'google_storage_bucket', attributes: { force_destroy: true } };
  expect(policies.flatMap(({ faults }) => faults(bucket, dev))).toEqual([]);
});

test('a broken policy fails the synth with the path of what broke it, once', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'beatflow-policy-'));
  try {
    const app = new App({ outdir });
    const stack = new TerraformStack(app, 'stack');
    new GoogleProvider(stack, 'google', {
      project: 'mock-project',
      region: 'us-central1',
      defaultLabels: { application: 'a', environment: 'b', component: 'c' },
    });
    new StorageBucketIamMember(stack, 'open', {
      bucket: 'b',
      role: 'roles/storage.objectViewer',
      member: 'allUsers',
    });
    addPolicies([stack], dev);
    Testing.synth(stack);
    const synth = () => app.synth();
    expect(synth).toThrow(
      '[stack/open] no-public-members: roles/storage.objectViewer is granted to allUsers',
    );
    expect(
      stack.node.findChild('open').node.metadata.filter(({ data }) => String(data).includes('allUsers')),
    ).toHaveLength(1);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
