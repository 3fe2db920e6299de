import { MachineGroup, type MachineGroupProps } from '../../constructs/machine-group.ts';
import { key } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props: MachineGroupProps = {
  name: 'consumer',
  zone: 'us-central1-b',
  machines: 3,
  machineType: 'e2-small',
  bootDiskGb: 10,
  subnetPath: 'projects/project/regions/us-central1/subnetworks/machines',
  account: 'consumer@project.iam.gserviceaccount.com',
  userData: '#cloud-config\n',
  key,
  liveness: { port: 8081, path: '/livez' },
};

test('is a group of machines from one template with a health check', () => {
  const template = Template.of((scope) => new MachineGroup(scope, 'consumer', props));
  expect(template.inventory).toEqual({
    compute_health_check: 1,
    compute_instance_group_manager: 1,
    compute_instance_template: 1,
  });
  expect(template.only('google_compute_instance_group_manager')).toMatchObject({
    target_size: 3,
    auto_healing_policies: { initial_delay_sec: 600 },
    update_policy: { type: 'PROACTIVE', max_surge_fixed: 1, max_unavailable_fixed: 0 },
  });
  expect(template.only('google_compute_health_check')).toMatchObject({
    http_health_check: { port: 8081, request_path: '/livez' },
  });
});

test('its machines have no public address, their own account and our key', () => {
  const machine = Template.of((scope) => new MachineGroup(scope, 'consumer', props)).only(
    'google_compute_instance_template',
  );
  expect(machine).toMatchObject({
    network_interface: [{ subnetwork: props.subnetPath }],
    service_account: { email: props.account },
    disk: [{ disk_encryption_key: { kms_key_self_link: key }, auto_delete: true }],
    lifecycle: { create_before_destroy: true },
  });
  expect(JSON.stringify(machine)).not.toContain('access_config');
});

test('whatever changes a machine gives the template a new name, and only that does', () => {
  const name = (changed: Partial<MachineGroupProps>) =>
    Template.of((scope) => new MachineGroup(scope, 'consumer', { ...props, ...changed })).only(
      'google_compute_instance_template',
    ).name;
  const before = name({});
  expect(before).toMatch(/^consumer-[0-9a-f]{8}$/);
  expect(name({ machines: 5 })).toBe(before);
  for (const changed of [
    { userData: '#cloud-config\n# more\n' },
    { machineType: 'e2-medium' },
    { bootDiskGb: 20 },
    { account: 'other@project.iam.gserviceaccount.com' },
    { key: `${key}2` },
  ]) {
    expect(name(changed)).not.toBe(before);
  }
});
