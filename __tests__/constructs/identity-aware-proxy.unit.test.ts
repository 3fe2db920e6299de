import { IdentityAwareProxy } from '../../constructs/identity-aware-proxy.ts';
import { Template } from '../support/template.ts';

const template = () =>
  Template.of(
    (scope) =>
      new IdentityAwareProxy(scope, 'proxy', {
        name: 'dashboard',
        region: 'us-central1',
        service: 'dashboard',
        domain: 'music.example.com',
        viewers: ['group:data@example.com'],
      }),
  );

test('is a load balancer for HTTPS with sign-in, and who is let in', () => {
  expect(template().inventory).toEqual({
    compute_backend_service: 1,
    compute_global_address: 1,
    compute_global_forwarding_rule: 1,
    compute_managed_ssl_certificate: 1,
    compute_region_network_endpoint_group: 1,
    compute_ssl_policy: 1,
    compute_target_https_proxy: 1,
    compute_url_map: 1,
    iap_web_backend_service_iam_member: 1,
  });
  expect(template().grants).toEqual(['roles/iap.httpsResourceAccessor <- group:data@example.com']);
});

test('asks who you are, and speaks only TLS 1.2 and later', () => {
  expect(template().only('google_compute_backend_service')).toMatchObject({ iap: { enabled: true } });
  expect(template().only('google_compute_ssl_policy')).toMatchObject({ min_tls_version: 'TLS_1_2' });
  expect(template().only('google_compute_global_forwarding_rule')).toMatchObject({ port_range: '443' });
});
