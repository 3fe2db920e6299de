import { blocks, type Policy } from './policy.ts';

export const noPublicAddress: Policy = {
  id: 'no-public-address',
  doc: 'No machine can be reached from the internet, or reach it, by an address of its own.',
  faults({ type, attributes }) {
    if (type === 'google_compute_address' && attributes.address_type !== 'INTERNAL') {
      return ['it reserves a public address'];
    }
    const open = ['access_config', 'ipv6_access_config'].filter((name) =>
      blocks(attributes, 'network_interface').some((nic) => nic[name] !== undefined),
    );
    return open.map((name) => `a network interface has ${name}`);
  },
};
