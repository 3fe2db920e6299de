import { Composer } from '../../constructs/composer.ts';
import { key, locked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

test('is one private environment of the third generation with our bucket and key', () => {
  const template = Template.of(
    (scope) =>
      new Composer(scope, 'composer', {
        name: 'beatflow',
        region: 'us-central1',
        imageVersion: 'composer-3-airflow-2.11.1',
        size: 'SMALL',
        bucket: 'airflow',
        networkPath: 'projects/project/global/networks/beatflow',
        subnetPath: 'projects/project/regions/us-central1/subnetworks/machines',
        internalCidr: '100.64.128.0/20',
        account: 'runner@project.iam.gserviceaccount.com',
        variables: { BEATFLOW_LOADER_JOB: 'loader' },
        key,
        protection: locked,
      }),
  );
  expect(template.inventory).toEqual({ composer_environment: 1 });
  expect(template.only('google_composer_environment')).toMatchObject({
    storage_config: { bucket: 'airflow' },
    config: {
      environment_size: 'ENVIRONMENT_SIZE_SMALL',
      enable_private_environment: true,
      node_config: { service_account: 'runner@project.iam.gserviceaccount.com' },
      software_config: { env_variables: { BEATFLOW_LOADER_JOB: 'loader' } },
      encryption_config: { kms_key_name: key },
    },
    timeouts: { delete: '120m' },
    lifecycle: { prevent_destroy: true },
  });
});
