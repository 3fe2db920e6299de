import { basename } from 'node:path';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object/index.js';
import { AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';

/** One file that a machine, a job or Airflow reads: its place here and its name in a bucket. */
export interface ArtifactFile {
  /** Absolute path of the file on the machine that synthesises. */
  readonly path: string;
  /** Name of the object. Where it holds the content's hash, a machine runs exactly what the plan names. */
  readonly name: string;
  /** SHA-256 of the content, hexadecimal. */
  readonly sha256: string;
}

interface ArtifactProps {
  readonly bucket: string;
  readonly file: ArtifactFile;
}

/** A file of this repository as an object of a bucket. */
export class Artifact extends Construct {
  constructor(scope: Construct, id: string, { bucket, file }: ArtifactProps) {
    super(scope, id);
    const asset = new TerraformAsset(this, 'file', {
      path: file.path,
      type: AssetType.FILE,
      assetHash: file.sha256.slice(0, 16),
    });
    new StorageBucketObject(this, 'object', {
      bucket,
      name: file.name,
      source: asset.path,
      contentType: contentTypeOf(file.name),
    });
  }
}

function contentTypeOf(name: string): string {
  const suffix = basename(name).split('.').at(-1) ?? '';
  const types: Readonly<Record<string, string>> = {
    mjs: 'text/javascript',
    json: 'application/json',
    py: 'text/x-python',
    sql: 'application/sql',
    yml: 'application/yaml',
  };
  return types[suffix] ?? 'application/octet-stream';
}
