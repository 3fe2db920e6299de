import { isProtected } from '../../environments/model/environment.ts';
import { blocks, type Policy } from './policy.ts';

/** The kinds of resource whose loss is a loss of data. */
export const statefulTypes = [
  'google_storage_bucket',
  'google_bigquery_dataset',
  'google_bigquery_table',
  'google_compute_disk',
  'google_kms_crypto_key',
  'google_composer_environment',
] as const;

export const protectedState: Policy = {
  id: 'protected-state',
  doc: 'Where an environment is protected, whatever holds data refuses to be destroyed.',
  faults({ type, attributes }, { protection }) {
    if (!isProtected(protection) || !(statefulTypes as readonly string[]).includes(type)) return [];
    const prevented = blocks(attributes, 'lifecycle').some(
      ({ prevent_destroy: prevent }) => prevent === true,
    );
    return [
      ...(prevented ? [] : ['lifecycle.prevent_destroy is not true']),
      ...(attributes.force_destroy === true ? ['force_destroy would empty it'] : []),
      ...(attributes.delete_contents_on_destroy === true
        ? ['delete_contents_on_destroy would empty it']
        : []),
    ];
  },
};
