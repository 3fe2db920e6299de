import { ComputeBackendService } from '@cdktf/provider-google/lib/compute-backend-service/index.js';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address/index.js';
import { ComputeGlobalForwardingRule } from '@cdktf/provider-google/lib/compute-global-forwarding-rule/index.js';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate/index.js';
import { ComputeRegionNetworkEndpointGroup } from '@cdktf/provider-google/lib/compute-region-network-endpoint-group/index.js';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy/index.js';
import { ComputeTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-target-https-proxy/index.js';
import { ComputeUrlMap } from '@cdktf/provider-google/lib/compute-url-map/index.js';
import { IapWebBackendServiceIamMember } from '@cdktf/provider-google/lib/iap-web-backend-service-iam-member/index.js';
import { Construct } from 'constructs';
import { grantId } from './helpers/access.ts';

interface IdentityAwareProxyProps {
  readonly name: string;
  readonly region: string;
  /** Name of the Cloud Run service behind it. */
  readonly service: string;
  readonly domain: string;
  /** Members that are let in once they have signed in. */
  readonly viewers: readonly string[];
}

/** HTTPS for a domain, with Google's sign-in in front of a service that nothing else can reach. */
export class IdentityAwareProxy extends Construct {
  readonly address: ComputeGlobalAddress;

  constructor(scope: Construct, id: string, props: IdentityAwareProxyProps) {
    super(scope, id);
    const { name } = props;
    this.address = new ComputeGlobalAddress(this, 'address', { name });
    const endpoints = new ComputeRegionNetworkEndpointGroup(this, 'endpoints', {
      name,
      region: props.region,
      networkEndpointType: 'SERVERLESS',
      cloudRun: { service: props.service },
    });
    const backend = new ComputeBackendService(this, 'backend', {
      name,
      protocol: 'HTTPS',
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      backend: [{ group: endpoints.id }],
      iap: { enabled: true },
      logConfig: { enable: true, sampleRate: 1 },
    });
    const certificate = new ComputeManagedSslCertificate(this, 'certificate', {
      name,
      managed: { domains: [props.domain] },
    });
    const policy = new ComputeSslPolicy(this, 'tls', { name, profile: 'MODERN', minTlsVersion: 'TLS_1_2' });
    const urls = new ComputeUrlMap(this, 'urls', { name, defaultService: backend.id });
    const proxy = new ComputeTargetHttpsProxy(this, 'proxy', {
      name,
      urlMap: urls.id,
      sslCertificates: [certificate.id],
      sslPolicy: policy.id,
    });
    new ComputeGlobalForwardingRule(this, 'https', {
      name,
      target: proxy.id,
      portRange: '443',
      ipAddress: this.address.id,
      loadBalancingScheme: 'EXTERNAL_MANAGED',
    });
    for (const member of props.viewers) {
      const role = 'roles/iap.httpsResourceAccessor';
      new IapWebBackendServiceIamMember(this, grantId({ role, member }), {
        webBackendService: backend.name,
        role,
        member,
      });
    }
  }
}
