/** A finding of checkov that we live with. */
interface AllowedFinding {
  readonly check: string;
  /** Path of the construct, without the environment's name. */
  readonly construct: string;
  readonly reason: string;
}

/** The findings in a protected environment that we live with; a test fails on one more, and on one that is gone. */
export const allowedFindings: readonly AllowedFinding[] = [
  {
    check: 'CKV_GCP_84',
    construct: 'foundation/docker/repository',
    reason: 'a mirror of public images: nothing of ours is in it that a key could guard',
  },
  {
    check: 'CKV_GCP_84',
    construct: 'foundation/python/repository',
    reason: 'a mirror of public packages: nothing of ours is in it that a key could guard',
  },
  {
    check: 'CKV_GCP_49',
    construct: 'foundation/runner/composer_worker-project',
    reason: 'Composer asks for roles/composer.worker on the project for the account of its workers',
  },
  {
    check: 'CKV_GCP_62',
    construct: 'foundation/access-logs/bucket',
    reason: 'it holds the access logs: logging its own would write a line for each line',
  },
  {
    check: 'CKV_GCP_78',
    construct: 'foundation/access-logs/bucket',
    reason: 'access logs are only ever added, and deleted after 90 days',
  },
];
