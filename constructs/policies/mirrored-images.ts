import { blocks, type Policy } from './policy.ts';

const paths: Readonly<Record<string, readonly string[]>> = {
  google_cloud_run_v2_job: ['template', 'template', 'containers'],
  google_cloud_run_v2_service: ['template', 'containers'],
};

export const mirroredImages: Policy = {
  id: 'mirrored-images',
  doc: "Images come through the deployment's own mirror.",
  faults({ type, attributes }, { project, region }) {
    const expected = `${region}-docker.pkg.dev/${project}/`;
    return blocks(attributes, ...(paths[type] ?? ['none']))
      .map(({ image }) => String(image))
      .filter((image) => !image.startsWith(expected))
      .map((image) => `the image ${image} does not come from ${expected}`);
  },
};
