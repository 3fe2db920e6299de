import { type PageName, pagePaths } from '../shared/page-paths.ts';
import type { OpenPage } from './app.ts';

/** How the code of each page is fetched. */
export const pages: Readonly<Record<PageName, () => Promise<OpenPage>>> = {
  overview: async () => (await import('./pages/overview.ts')).openOverview,
  charts: async () => (await import('./pages/charts.ts')).openCharts,
  wrappedStart: async () => (await import('./pages/wrapped-start.ts')).openWrappedStart,
  growth: async () => (await import('./pages/growth.ts')).openGrowth,
  live: async () => (await import('./pages/live.ts')).openLive,
  song: async () => (await import('./pages/item.ts')).openSong,
  artist: async () => (await import('./pages/item.ts')).openArtist,
  state: async () => (await import('./pages/state.ts')).openState,
  wrapped: async () => (await import('./pages/wrapped.ts')).openWrapped,
};

/** The sections of the site with their addresses, in the order of the navigation. */
export const sections: readonly { readonly name: string; readonly address: string }[] = [
  { name: 'Overview', address: pagePaths.overview },
  { name: 'Charts', address: pagePaths.charts },
  { name: 'Wrapped', address: pagePaths.wrappedStart },
  { name: 'Growth', address: pagePaths.growth },
  { name: 'Live', address: pagePaths.live },
];
