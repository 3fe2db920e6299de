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
];

/** The route of a path with the varying parts of the path, decoded; undefined where there is none. */
export function routeOf(path: string): { route: Route; parameters: readonly string[] } | undefined {
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match) return { route, parameters: match.slice(1).map((part) => decodeURIComponent(part)) };
  }
  return undefined;
}
