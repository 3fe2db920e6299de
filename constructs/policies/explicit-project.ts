import type { Policy } from './policy.ts';

export const explicitProject: Policy = {
  id: 'explicit-project',
  doc: "Every provider names the environment's project and region, so that a deployer's own settings decide nothing.",
  faults({ type, attributes }, { project, region }) {
    if (type === 'provider') {
      return Object.entries({ project, region })
        .filter(([name, expected]) => attributes[name] !== expected)
        .map(([name, expected]) => `the provider's ${name} is ${attributes[name]}, expected ${expected}`);
    }
    const got = attributes.project;
    return got === undefined || got === project ? [] : [`project is ${got}, expected ${project}`];
  },
};
