import { isPrivate, overlap, parseCidr } from './cidr.ts';
import { type Environment, isProtected, isWithout } from './environment.ts';
import type { Fault } from './fault.ts';
import { nameFaults } from './name-limits.ts';
import { nearestRegion, regions } from './regions.ts';
import { kafkaFaults, machineFaults, processingFaults } from './validate-stream.ts';

/** All that is wrong with a filled-in environment; empty when it can be synthesised. */
export function environmentFaults(environment: Environment): readonly Fault[] {
  return [
    ...identityFaults(environment),
    ...nameFaults(environment),
    ...policyFaults(environment),
    ...networkFaults(environment),
    ...dataFaults(environment),
    ...kafkaFaults(environment),
    ...machineFaults(environment),
    ...processingFaults(environment),
    ...serviceFaults(environment),
  ];
}

function identityFaults(environment: Environment): readonly Fault[] {
  const { project, projectNumber, region, zone } = environment;
  const faults: Fault[] = [];
  if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project)) {
    faults.push({
      at: 'project',
      got: project,
      expected: 'a Google Cloud project id: 6 to 30 lower-case letters, digits and hyphens',
      todo: `Write it in environments/${environment.name}.ts or set BEATFLOW_PROJECT`,
    });
  }
  const needsNumber = numberNeededBy(environment);
  if (projectNumber === '' ? needsNumber !== undefined : !/^\d{6,15}$/.test(projectNumber)) {
    faults.push({
      at: 'projectNumber',
      got: projectNumber,
      expected: `the project's number${needsNumber ? `, which ${needsNumber} needs` : ''}`,
      todo: "Print it with: gcloud projects describe PROJECT --format='value(projectNumber)', then write it in the file or set BEATFLOW_PROJECT_NUMBER",
    });
  }
  if (!(regions as readonly string[]).includes(region)) {
    faults.push({
      at: 'region',
      got: region,
      expected: 'a region of Google Cloud',
      todo:
        region === ''
          ? `Write it in environments/${environment.name}.ts or set BEATFLOW_REGION`
          : `Did you mean ${nearestRegion(region)}?`,
    });
  }
  if (!/^[a-f]$/.test(zone)) faults.push({ at: 'zone', got: zone, expected: 'the letter of a zone, a to f' });
  return faults;
}

/** The first setting that cannot do without the project's number. */
function numberNeededBy({ encryption, dashboard, github, kafka }: Environment): string | undefined {
  if (encryption.keys === 'customer') return 'encryption with customer keys';
  if (dashboard.domain !== undefined) return 'a dashboard with a domain';
  if (kafka.service.kind === 'managed') return 'managed Kafka';
  return github === undefined ? undefined : 'GitHub federation';
}

function policyFaults({ state, protection, encryption, labels }: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  if (state.kind === 'gcs' && !/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(state.bucket)) {
    faults.push({ at: 'state.bucket', got: state.bucket, expected: 'the name of a bucket that exists' });
  }
  if (!isProtected(protection) && 'reason' in protection && protection.reason.trim() === '') {
    faults.push({
      at: 'protection.reason',
      got: '',
      expected: 'the reason why this deployment may be destroyed',
    });
  }
  if (
    encryption.keys === 'customer' &&
    !(
      Number.isInteger(encryption.rotationDays) &&
      encryption.rotationDays >= 1 &&
      encryption.rotationDays <= 90
    )
  ) {
    faults.push({ at: 'encryption.rotationDays', got: encryption.rotationDays, expected: '1 to 90 days' });
  }
  for (const [label, value] of Object.entries(labels)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(label) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
      faults.push({
        at: `labels.${label}`,
        got: value,
        expected: 'a key and a value of at most 63 lower-case letters, digits, hyphens and underscores',
      });
    }
  }
  return faults;
}

function networkFaults({ network, orchestration }: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  const settings = [
    { at: 'network.machinesCidr', text: network.machinesCidr, min: 8, max: 28 },
    ...(orchestration.kind === 'composer'
      ? [{ at: 'orchestration.internalCidr', text: orchestration.internalCidr, min: 20, max: 20 }]
      : []),
  ];
  const ranges = settings.map(({ at, text, min, max }) => {
    const range = parseCidr(text);
    const length = min === max ? `/${min}` : `/${min} to /${max}`;
    if (!range || !isPrivate(range) || range.bits < min || range.bits > max) {
      faults.push({
        at,
        got: text,
        expected: `a private IPv4 range, ${length}, such as 10.20.0.0/${max === 28 ? 24 : max}`,
      });
    }
    return { at, range };
  });
  for (const [index, one] of ranges.entries()) {
    for (const other of ranges.slice(index + 1)) {
      if (one.range && other.range && overlap(one.range, other.range)) {
        faults.push({
          at: other.at,
          got: other.range.text,
          expected: `a range apart from ${one.at} (${one.range.text})`,
        });
      }
    }
  }
  return faults;
}

function dataFaults({ lake, warehouse, generator }: Environment): readonly Fault[] {
  const days = (at: string, got: number, min: number, max: number): readonly Fault[] =>
    Number.isInteger(got) && got >= min && got <= max ? [] : [{ at, got, expected: `${min} to ${max} days` }];
  return [
    ...days('lake.undelete.days', lake.undelete.days, 0, 90),
    ...(lake.undelete.by === 'soft-delete' && lake.undelete.days > 0 && lake.undelete.days < 7
      ? [{ at: 'lake.undelete.days', got: lake.undelete.days, expected: '0 or 7 to 90 days of soft delete' }]
      : []),
    ...days('lake.coldAfterDays', lake.coldAfterDays, 1, 3650),
    ...days('lake.expireAfterDays', lake.expireAfterDays, 1, 36_500),
    ...(lake.expireAfterDays <= lake.coldAfterDays
      ? [
          {
            at: 'lake.expireAfterDays',
            got: lake.expireAfterDays,
            expected: 'more days than lake.coldAfterDays',
          },
        ]
      : []),
    ...days('warehouse.rawExpirationDays', warehouse.rawExpirationDays, 1, 416),
    ...(Number.isInteger(generator.users) && generator.users > 0
      ? []
      : [{ at: 'generator.users', got: generator.users, expected: 'a whole number of listeners' }]),
  ];
}

function serviceFaults({ orchestration, dashboard, alerts, budget, github }: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  if (
    orchestration.kind === 'composer' &&
    !/^composer-3-airflow-\d+(\.\d+){0,2}(-build\.\d+)?$/.test(orchestration.imageVersion)
  ) {
    faults.push({
      at: 'orchestration.imageVersion',
      got: orchestration.imageVersion,
      expected: 'a Composer 3 image such as composer-3-airflow-2.11.1',
    });
  }
  for (const viewer of dashboard.viewers) {
    if (!/^(user|group|serviceAccount|domain):[^\s:]+$/.test(viewer)) {
      faults.push({
        at: 'dashboard.viewers',
        got: viewer,
        expected: 'IAM members such as user:ada@example.com; the public is not one',
      });
    }
  }
  if (dashboard.domain !== undefined && !/^([a-z0-9-]{1,63}\.)+[a-z]{2,}$/.test(dashboard.domain)) {
    faults.push({
      at: 'dashboard.domain',
      got: dashboard.domain,
      expected: 'a domain such as music.example.com',
    });
  }
  if (!isWithout(alerts)) {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(alerts.email)) {
      faults.push({
        at: 'alerts.email',
        got: alerts.email,
        expected: 'who hears of trouble',
        todo: 'Write it in the file or set BEATFLOW_ALERT_EMAIL',
      });
    }
    if (!(alerts.brokerDiskFull > 0 && alerts.brokerDiskFull < 1)) {
      faults.push({
        at: 'alerts.brokerDiskFull',
        got: alerts.brokerDiskFull,
        expected: 'a part between 0 and 1',
      });
    }
  }
  if (!isWithout(budget) && !/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/.test(budget.billingAccount)) {
    faults.push({
      at: 'budget.billingAccount',
      got: budget.billingAccount,
      expected: 'a billing account, XXXXXX-XXXXXX-XXXXXX',
      todo: 'Print yours with: gcloud billing accounts list, then write it in the file or set BEATFLOW_BILLING_ACCOUNT',
    });
  }
  if (github && !/^[\w.-]+\/[\w.-]+$/.test(github.repository)) {
    faults.push({ at: 'github.repository', got: github.repository, expected: 'owner/name' });
  }
  return faults;
}
