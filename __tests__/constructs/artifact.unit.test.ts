import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Artifact } from '../../constructs/artifact.ts';
import { writeArtifacts } from '../support/deployments.ts';
import { Template } from '../support/template.ts';

test('is one object whose source does not depend on where this checkout is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'beatflow-artifact-'));
  try {
    const { loader } = writeArtifacts(folder).programs;
    const template = Template.of(
      (scope) => new Artifact(scope, 'loader', { bucket: 'artifacts', file: loader }),
    );
    expect(template.inventory).toEqual({ storage_bucket_object: 1 });
    const object = template.only('google_storage_bucket_object');
    expect(object).toMatchObject({ bucket: 'artifacts', name: loader.name, content_type: 'text/javascript' });
    expect(object.source).toBe(
      `assets/${String(object.source).split('/')[1]}/${loader.sha256.slice(0, 16)}/loader.mjs`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
