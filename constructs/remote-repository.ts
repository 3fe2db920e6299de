import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository/index.js';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member/index.js';
import { Construct } from 'constructs';
import { grantId } from './helpers/access.ts';

interface RemoteRepositoryProps {
  readonly name: string;
  readonly location: string;
  /** The public registry that is mirrored. */
  readonly upstream: 'DOCKER_HUB' | 'PYPI';
  /** Members that may pull. */
  readonly readers: readonly string[];
}

/** A private mirror of a public registry, so that what runs needs no way out to the internet. */
export class RemoteRepository extends Construct {
  constructor(scope: Construct, id: string, { name, location, upstream, readers }: RemoteRepositoryProps) {
    super(scope, id);
    const repository = new ArtifactRegistryRepository(this, 'repository', {
      repositoryId: name,
      location,
      description: `Mirror of ${upstream === 'PYPI' ? 'PyPI' : 'Docker Hub'}`,
      format: upstream === 'PYPI' ? 'PYTHON' : 'DOCKER',
      mode: 'REMOTE_REPOSITORY',
      remoteRepositoryConfig:
        upstream === 'PYPI'
          ? { pythonRepository: { publicRepository: 'PYPI' } }
          : { dockerRepository: { publicRepository: 'DOCKER_HUB' } },
    });
    for (const member of readers) {
      const role = 'roles/artifactregistry.reader';
      new ArtifactRegistryRepositoryIamMember(this, grantId({ role, member }), {
        repository: repository.name,
        location,
        role,
        member,
      });
    }
  }
}
