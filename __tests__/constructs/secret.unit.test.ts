import { Secret } from '../../constructs/secret.ts';
import { Template } from '../support/template.ts';

test('is a secret without a value, its readers and its writers', () => {
  const template = Template.of(
    (scope) =>
      new Secret(scope, 'kafka', {
        name: 'kafka',
        region: 'us-central1',
        readers: ['serviceAccount:consumer@p'],
        writers: ['serviceAccount:broker@p'],
      }),
  );
  expect(template.inventory).toEqual({ secret_manager_secret: 1, secret_manager_secret_iam_member: 2 });
  expect(template.grants).toEqual([
    'roles/secretmanager.secretAccessor <- serviceAccount:consumer@p',
    'roles/secretmanager.secretVersionAdder <- serviceAccount:broker@p',
  ]);
  expect(template.only('google_secret_manager_secret')).toMatchObject({
    replication: { user_managed: { replicas: [{ location: 'us-central1' }] } },
  });
});
