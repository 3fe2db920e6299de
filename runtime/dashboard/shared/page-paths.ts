/** The pages of the site and their paths; a part that begins with a colon varies. Server and browser both read them. */
export const pagePaths = {
  overview: '/',
  charts: '/charts',
  wrappedStart: '/wrapped',
  growth: '/growth',
  live: '/live',
  song: '/songs/:key',
  artist: '/artists/:key',
  state: '/states/:state',
  wrapped: '/wrapped/:user/:year',
} as const;

/** The name of a page. */
export type PageName = keyof typeof pagePaths;

/** Longest part of a path that varies, characters. */
export const maxPathPart = 200;

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The page at a path with the parts that vary, decoded; undefined where there is none. */
export function matchPage(path: string): { page: PageName; parameters: readonly string[] } | undefined {
  const parts = path.split('/');
  for (const [page, pattern] of Object.entries(pagePaths)) {
    const expected = pattern.split('/');
    const varies = (index: number) => expected[index]?.startsWith(':') ?? false;
    const fits =
      expected.length === parts.length &&
      parts.every((part, index) => (varies(index) ? part !== '' : part === expected[index]));
    if (fits) {
      return { page: page as PageName, parameters: parts.filter((_, index) => varies(index)).map(decoded) };
    }
  }
  return undefined;
}
