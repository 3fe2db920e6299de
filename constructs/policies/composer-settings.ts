import { blocks, type Policy } from './policy.ts';

export const composerSettings: Policy = {
  id: 'composer-settings',
  doc: 'Composer is of the third generation, private, and keeps its files in our bucket.',
  faults({ type, attributes }) {
    if (type !== 'google_composer_environment') return [];
    const config = blocks(attributes, 'config')[0] ?? {};
    const image = blocks(config, 'software_config')[0]?.image_version;
    const removed = [
      'private_environment_config',
      'master_authorized_networks_config',
      'node_count',
      'database_config',
      'web_server_config',
    ].filter((name) => config[name] !== undefined);
    return [
      ...(String(image).startsWith('composer-3-')
        ? []
        : [`image_version is ${image}, expected composer-3-…`]),
      ...(config.enable_private_environment === true ? [] : ['enable_private_environment is not true']),
      ...(blocks(attributes, 'storage_config').length > 0 ? [] : ['it makes a bucket of its own']),
      ...removed.map((name) => `Composer 3 refuses ${name}`),
    ];
  },
};
