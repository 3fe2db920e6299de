import type { OpenPage } from './app.ts';

/** A kind of page: the paths it serves and how its code is fetched. */
export interface Route {
  /** Its name among the sections of the site; others are reached from within. */
  readonly section?: string;
  readonly path: RegExp;
  load(): Promise<OpenPage>;
}

/** All pages. */
export const routes: readonly Route[] = [
  {
    section: 'Overview',
    path: /^\/$/,
    load: async () => (await import('./pages/overview.ts')).openOverview,
  },
  {
    section: 'Charts',
    path: /^\/charts$/,
    load: async () => (await import('./pages/charts.ts')).openCharts,
  },
  {
    section: 'Wrapped',
    path: /^\/wrapped$/,
    load: async () => (await import('./pages/wrapped-start.ts')).openWrappedStart,
  },
  {
    section: 'Growth',
    path: /^\/growth$/,
    load: async () => (await import('./pages/growth.ts')).openGrowth,
  },
  {
    section: 'Live',
    path: /^\/live$/,
    load: async () => (await import('./pages/live.ts')).openLive,
  },
  { path: /^\/songs\/([^/]+)$/, load: async () => (await import('./pages/item.ts')).openSong },
  { path: /^\/artists\/([^/]+)$/, load: async () => (await import('./pages/item.ts')).openArtist },
  { path: /^\/states\/([^/]+)$/, load: async () => (await import('./pages/state.ts')).openState },
  {
    path: /^\/wrapped\/([^/]+)\/([^/]+)$/,
    load: async () => (await import('./pages/wrapped.ts')).openWrapped,
  },
];

/** The route of a path with the varying parts of the path, decoded; undefined where there is none. */
export function routeOf(path: string): { route: Route; parameters: readonly string[] } | undefined {
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match) return { route, parameters: match.slice(1).map(decoded) };
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
