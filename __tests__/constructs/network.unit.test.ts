import { Network, type NetworkProps } from '../../constructs/network.ts';
import { Template } from '../support/template.ts';

const props: NetworkProps = {
  name: 'beatflow',
  subnet: 'beatflow-machines',
  region: 'us-central1',
  machinesCidr: '10.20.0.0/24',
  nat: false,
  allowed: [
    {
      name: 'kafka',
      description: 'clients to the broker',
      from: { accounts: ['consumer@p'] },
      toAccounts: ['broker@p'],
      port: 9092,
    },
    {
      name: 'ssh',
      description: 'people',
      from: { ranges: ['35.235.240.0/20'] },
      toAccounts: ['broker@p'],
      port: 22,
    },
  ],
};

test('is a network with one subnet, its allowed paths and a rule that drops the rest', () => {
  const template = Template.of((scope) => new Network(scope, 'network', props));
  expect(template.inventory).toEqual({ compute_firewall: 3, compute_network: 1, compute_subnetwork: 1 });
});

test('reaches Google privately and keeps flow logs', () => {
  const template = Template.of((scope) => new Network(scope, 'network', props));
  expect(template.only('google_compute_network')).toMatchObject({ auto_create_subnetworks: false });
  expect(template.only('google_compute_subnetwork')).toMatchObject({
    private_ip_google_access: true,
    log_config: { flow_sampling: 0.5 },
  });
});

test('a path leads from accounts to accounts on one port', () => {
  const template = Template.of((scope) => new Network(scope, 'network', props));
  const rule = template.named('google_compute_firewall', 'kafka');
  expect(rule).toMatchObject({
    direction: 'INGRESS',
    source_service_accounts: ['consumer@p'],
    target_service_accounts: ['broker@p'],
    allow: [{ protocol: 'tcp', ports: ['9092'] }],
  });
  expect(Object.keys(rule)).not.toContain('source_ranges');
});

test('the last rule denies everything to everyone, after all others', () => {
  const template = Template.of((scope) => new Network(scope, 'network', props));
  expect(template.named('google_compute_firewall', 'deny-rest')).toMatchObject({
    priority: 65_534,
    source_ranges: ['0.0.0.0/0'],
    deny: [{ protocol: 'all' }],
  });
});

test('has a way out only where it is asked for', () => {
  const template = Template.of((scope) => new Network(scope, 'network', { ...props, nat: true }));
  expect(template.inventory).toMatchObject({ compute_router: 1, compute_router_nat: 1 });
});
