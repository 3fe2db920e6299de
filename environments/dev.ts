import { defineEnvironment } from './model/environment.ts';

/** The whole pipeline on one small machine, for about 30 to 60 USD a month; deploy and destroy it as you like. */
export default defineEnvironment({
  region: 'us-central1',
  zone: 'b',
  state: { kind: 'local' },
  protection: { unprotected: true, reason: 'simulated listeners: everything can be made again' },
  encryption: { keys: 'google' },
  network: { machinesCidr: '10.20.0.0/24', nat: false },
  lake: { undelete: { by: 'soft-delete', days: 0 }, coldAfterDays: 30, expireAfterDays: 90 },
  warehouse: { rawExpirationDays: 30 },
  kafka: { service: { kind: 'vm', diskSizeGb: 20, heapMib: 512 }, retentionHours: 24 },
  machines: { kind: 'one', machine: { machineType: 'e2-medium', bootDiskGb: 10 } },
  generator: { users: 1_000, growthPerYear: 0.1, seed: 1, backfillDays: 7 },
  orchestration: { kind: 'workflows' },
  dashboard: { viewers: [] },
  alerts: { none: true, reason: 'nobody is woken by a playground; the dashboard shows the same figures' },
  budget: { none: true, reason: 'needs rights on the billing account that a person trying this may lack' },
});
