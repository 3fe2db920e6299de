import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import { Construct } from 'constructs';

interface ProjectServicesProps {
  readonly project: string;
  /** For example `compute.googleapis.com`. */
  readonly services: readonly string[];
}

/**
 * The APIs that a project must have enabled. They stay enabled after a destroy: something else in the project may
 * have come to need them.
 */
export class ProjectServices extends Construct {
  constructor(scope: Construct, id: string, { project, services }: ProjectServicesProps) {
    super(scope, id);
    for (const service of services) {
      new ProjectService(this, service.replace('.googleapis.com', ''), {
        project,
        service,
        disableOnDestroy: false,
        disableDependentServices: false,
      });
    }
  }
}
