declare global {
  var caseFactor: number | undefined;
}

/**
 * How many cases a test goes through: `usual` in `npm test`, and ten times more, or `BEATFLOW_FUZZ` times, in the tier
 * `fuzz`, which runs all tests that count their cases by this.
 */
export const cases = (usual: number): number => usual * (globalThis.caseFactor ?? 1);
