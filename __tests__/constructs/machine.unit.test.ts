import { Machine, type MachineProps } from '../../constructs/machine.ts';
import { key } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props: MachineProps = {
  name: 'stream',
  zone: 'us-central1-b',
  machineType: 'e2-medium',
  bootDiskGb: 10,
  subnetPath: 'projects/project/regions/us-central1/subnetworks/machines',
  account: 'stream@project.iam.gserviceaccount.com',
  userData: `#cloud-config\n# \${HOME} %{http_code}\n`,
  key,
  dataDisks: { kafka: 'projects/project/zones/us-central1-b/disks/log' },
};

test('is one machine and the mark that replaces it', () => {
  const template = Template.of((scope) => new Machine(scope, 'stream', props));
  expect(template.inventory).toEqual({ compute_instance: 1, terraform_data: 1 });
});

test('has no public address, its own account, measured boot, our key and OS Login', () => {
  const machine = Template.of((scope) => new Machine(scope, 'stream', props)).only('google_compute_instance');
  expect(machine).toMatchObject({
    network_interface: [{ subnetwork: props.subnetPath }],
    service_account: { email: props.account },
    shielded_instance_config: { enable_secure_boot: true, enable_vtpm: true },
    boot_disk: { kms_key_self_link: key },
    attached_disk: [{ device_name: 'kafka', kms_key_self_link: key }],
    metadata: { 'enable-oslogin': 'TRUE', 'block-project-ssh-keys': 'TRUE', 'serial-port-enable': 'FALSE' },
  });
  expect(JSON.stringify(machine)).not.toContain('access_config');
});

test('hands user-data on as it is, past the templates of Terraform', () => {
  const { metadata } = Template.of((scope) => new Machine(scope, 'stream', props)).only(
    'google_compute_instance',
  );
  expect((metadata as Record<string, string>)['user-data']).toBe(
    `#cloud-config\n# $\${HOME} %%{http_code}\n`,
  );
});

test('is replaced when what it boots changes', () => {
  const mark = (userData: string) =>
    Template.of((scope) => new Machine(scope, 'stream', { ...props, userData })).only('terraform_data').input;
  expect(mark('#cloud-config\n')).toEqual(mark('#cloud-config\n'));
  expect(mark('#cloud-config\n')).not.toEqual(mark('#cloud-config\n# more\n'));
  const machine = Template.of((scope) => new Machine(scope, 'stream', props)).only('google_compute_instance');
  expect(machine.lifecycle).toMatchObject({
    replace_triggered_by: [expect.stringMatching(/^terraform_data\.stream_boot/)],
  });
});
