import Sequencer from '@jest/test-sequencer';

/** Tiers whose files take long, longest first; those of others follow. */
const longTiers = [
  'fork',
  'e2e',
  'slow',
  'bigquery',
  'integration',
  'browser',
  'gcs',
  'simulation',
  'terraform',
];

/** Begins with what takes long, so that no worker is left with it at the end when the others are done. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ context }) => {
      const at = longTiers.indexOf(context.config.displayName?.name);
      return at < 0 ? longTiers.length : at;
    };
    // What jest knows of former runs orders the files of a tier.
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
