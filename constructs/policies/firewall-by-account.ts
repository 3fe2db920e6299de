import type { Policy } from './policy.ts';

export const firewallByAccount: Policy = {
  id: 'firewall-by-account',
  doc: 'A way in leads to named accounts, on named ports, and never begins everywhere.',
  faults({ type, attributes }) {
    if (type !== 'google_compute_firewall' || attributes.allow === undefined) return [];
    const ranges = (attributes.source_ranges ?? []) as readonly string[];
    const allowed = attributes.allow as readonly {
      readonly protocol?: string;
      readonly ports?: readonly string[];
    }[];
    return [
      ...(attributes.target_service_accounts === undefined ? ['it leads to every machine'] : []),
      ...ranges.filter((range) => range.endsWith('/0')).map((range) => `it begins at ${range}`),
      ...(allowed.some(({ protocol, ports }) => protocol !== 'icmp' && !ports?.length)
        ? ['it opens every port']
        : []),
    ];
  },
};
