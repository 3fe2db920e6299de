import type { Policy } from './policy.ts';

const expected = ['application', 'environment', 'component'] as const;

export const defaultLabels: Policy = {
  id: 'default-labels',
  doc: 'Everything that can bear labels says which application, environment and component it belongs to.',
  faults({ type, attributes }) {
    if (type !== 'provider') return [];
    const labels = (attributes.default_labels ?? {}) as Readonly<Record<string, string>>;
    return expected.filter((label) => !labels[label]).map((label) => `the provider sets no label ${label}`);
  },
};
