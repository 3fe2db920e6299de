import { writeFileSync } from 'node:fs';

/**
 * Writes what jest did, by tier, as JSON to the file that `BEATFLOW_TEST_REPORT` names: for each tier its counts and
 * the names of skipped tests, for each file its seconds.
 */
export default class TierReporter {
  #tiers = {};
  #files = [];

  onTestResult({ path, context }, result) {
    const name = context.config.displayName.name;
    this.#tiers[name] ??= { passed: 0, failed: 0, skipped: [] };
    const tier = this.#tiers[name];
    tier.passed += result.numPassingTests;
    tier.failed += result.numFailingTests + (result.testExecError ? 1 : 0);
    for (const { status, fullName } of result.testResults) {
      if (status === 'pending' || status === 'todo') tier.skipped.push(fullName);
    }
    const { start, end } = result.perfStats;
    this.#files.push({ tier: name, path, seconds: (end - start) / 1000 });
  }

  onRunComplete() {
    writeFileSync(
      process.env.BEATFLOW_TEST_REPORT,
      JSON.stringify({ tiers: this.#tiers, files: this.#files }),
    );
  }
}
