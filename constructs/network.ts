import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router/index.js';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import { Construct } from 'constructs';

/** One way in: from whom, to whom, to which TCP port or to all. Machines are named by their service accounts' emails. */
export interface AllowedPath {
  /** Name of the rule, unique in the network. */
  readonly name: string;
  readonly description: string;
  readonly from: { readonly accounts: readonly string[] } | { readonly ranges: readonly string[] };
  readonly toAccounts: readonly string[];
  readonly port: number | 'all';
}

export interface NetworkProps {
  readonly name: string;
  readonly subnet: string;
  readonly region: string;
  readonly machinesCidr: string;
  /** Whether machines get a way out to the internet. */
  readonly nat: boolean;
  readonly allowed: readonly AllowedPath[];
}

/** All that machines of one cluster say to each other. */
const everyPort = [
  { protocol: 'tcp', ports: ['0-65535'] },
  { protocol: 'udp', ports: ['0-65535'] },
  { protocol: 'icmp' },
];

/**
 * Private network: machines have no public address, reach Google's APIs privately, and are reached only on the
 * allowed paths; everything else that comes in is dropped and logged.
 */
export class Network extends Construct {
  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const network = new ComputeNetwork(this, 'network', {
      name: props.name,
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
    });
    new ComputeSubnetwork(this, 'machines', {
      name: props.subnet,
      region: props.region,
      network: network.id,
      ipCidrRange: props.machinesCidr,
      privateIpGoogleAccess: true,
      // Half of the flows, as aggregates of ten minutes: enough to find who talked to whom, cheap to keep.
      logConfig: {
        aggregationInterval: 'INTERVAL_10_MIN',
        flowSampling: 0.5,
        metadata: 'INCLUDE_ALL_METADATA',
      },
    });
    for (const { name, description, from, toAccounts, port } of props.allowed) {
      new ComputeFirewall(this, name, {
        name: `${props.name}-${name}`,
        description,
        network: network.id,
        direction: 'INGRESS',
        ...('accounts' in from
          ? { sourceServiceAccounts: [...from.accounts] }
          : { sourceRanges: [...from.ranges] }),
        targetServiceAccounts: [...toAccounts],
        allow: port === 'all' ? everyPort : [{ protocol: 'tcp', ports: [String(port)] }],
        logConfig: { metadata: 'EXCLUDE_ALL_METADATA' },
      });
    }
    // The network's implied rule denies the rest, too, but does not log it.
    new ComputeFirewall(this, 'deny-rest', {
      name: `${props.name}-deny-rest`,
      description: 'Drops and logs what no other rule lets in',
      network: network.id,
      direction: 'INGRESS',
      priority: 65_534,
      sourceRanges: ['0.0.0.0/0'],
      deny: [{ protocol: 'all' }],
      logConfig: { metadata: 'EXCLUDE_ALL_METADATA' },
    });
    if (props.nat) this.#addNat(props, network.id);
  }

  #addNat({ name, region }: NetworkProps, network: string): void {
    const router = new ComputeRouter(this, 'router', { name: `${name}-nat`, region, network });
    new ComputeRouterNat(this, 'nat', {
      name: `${name}-nat`,
      region,
      router: router.name,
      natIpAllocateOption: 'AUTO_ONLY',
      sourceSubnetworkIpRangesToNat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    });
  }
}
