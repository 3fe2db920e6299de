import { defineEnvironment } from './model/environment.ts';

/** Machines of their own, Cloud Composer, customer-managed keys, alerts, a budget; nothing is destroyed by accident. */
export default defineEnvironment({
  region: 'us-central1',
  zone: 'b',
  state: { kind: 'local' },
  protection: { protected: true },
  encryption: { keys: 'customer', rotationDays: 90 },
  network: { machinesCidr: '10.30.0.0/24', nat: false },
  lake: { undelete: { by: 'versions', days: 14 }, coldAfterDays: 90, expireAfterDays: 1_095 },
  warehouse: { rawExpirationDays: 400 },
  kafka: { service: { kind: 'vm', diskSizeGb: 200, heapMib: 2048 }, retentionHours: 168 },
  machines: {
    kind: 'each',
    broker: { machineType: 'e2-standard-2', bootDiskGb: 20 },
    generator: { machineType: 'e2-standard-2', bootDiskGb: 10 },
    consumer: { machineType: 'e2-small', bootDiskGb: 10 },
    consumers: 3,
  },
  generator: { users: 100_000, growthPerYear: 0.1, seed: 1, backfillDays: 0 },
  orchestration: {
    kind: 'composer',
    imageVersion: 'composer-3-airflow-2.11.1',
    size: 'SMALL',
    internalCidr: '100.64.128.0/20',
  },
  dashboard: { viewers: [] },
  alerts: { freshnessMinutes: 150, workAgeSeconds: 600, brokerDiskFull: 0.8 },
  budget: { monthlyUsd: 900 },
});
