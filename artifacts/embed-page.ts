import type { Plugin } from 'esbuild';
import { buildPage } from '../runtime/dashboard/build/build-page.ts';

/** Builds the page into the dashboard's bundle, which runs where there are no sources and no esbuild. */
export function embedPage(): Plugin {
  return {
    name: 'embed-page',
    setup(build) {
      build.onLoad({ filter: /[\\/]runtime[\\/]dashboard[\\/]build[\\/]built-page\.ts$/ }, async () => ({
        contents: `export const builtPage = ${JSON.stringify(await buildPage())};`,
        loader: 'ts',
      }));
      build.onLoad({ filter: /[\\/]runtime[\\/]dashboard[\\/]build[\\/]build-page\.ts$/ }, () => ({
        contents: "export const buildPage = () => { throw new Error('the page is built into the bundle'); };",
        loader: 'ts',
      }));
    },
  };
}
