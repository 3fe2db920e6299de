import type { Behaviour } from '../../../runtime/generator/behaviour/behaviour.ts';
import { defaultBehaviour } from '../../../runtime/generator/behaviour/default.ts';
import { fixedCatalogue } from '../../../runtime/generator/catalogue/catalogue.ts';
import { loadPeople } from '../../../runtime/generator/people/people.ts';
import { Simulator } from '../../../runtime/generator/simulation/simulator.ts';
import { allShards, settings } from '../support.ts';
import eventsim from './eventsim.json' with { type: 'json' };
import { Statistics } from './statistics.ts';

const week = 7 * 86_400;
const figures = eventsim.figures as unknown as Readonly<Record<string, readonly [mean: number, sd: number]>>;
const lengths = eventsim.songSeconds.distribution as unknown as readonly (readonly [number, number])[];
const songs = fixedCatalogue(
  lengths.map(([seconds]) => ({
    trackId: `${seconds}`,
    artist: 'somebody',
    title: `${seconds} seconds`,
    durationSeconds: seconds,
  })),
  lengths.map(([, plays]) => plays),
);

/** What Eventsim's window gives with a behaviour, and with its number of users unless told how many. */
function measure(behaviour: Behaviour, users = 50_000): { statistics: Statistics; simulator: Simulator } {
  const simulator = new Simulator({
    settings: settings({ behaviour, users, eventsimCompat: true }),
    catalogue: songs,
    people: loadPeople(),
    shards: allShards,
  });
  const statistics = new Statistics(simulator, week);
  while (simulator.now < week) {
    simulator.advance(simulator.now + 3600);
    statistics.add();
  }
  return { statistics, simulator };
}

/**
 * The figures that are further from Eventsim's than chance allows: five standard deviations of its seeds, and never
 * less than five standard errors of a share. One of sixty figures lies outside by chance once in thirty thousand
 * runs; the seed is fixed, so the test does not flicker.
 */
function outside(got: Readonly<Record<string, number>>): string[] {
  const views = got.page_views as number;
  return Object.entries(figures)
    .filter(([name, [mean, sd]]) => {
      const shareError = / share$|^share /.test(name) ? Math.sqrt((mean * (1 - mean)) / views) : 0;
      return !(Math.abs((got[name] as number) - mean) <= 5 * Math.max(sd, shareError));
    })
    .map(([name]) => name);
}

describe('with Eventsim’s example behaviour, 50,000 users and its week', () => {
  const { statistics, simulator } = measure(defaultBehaviour);
  const got = statistics.figures();

  test('all sixty figures lie where Eventsim’s own seeds lie', () => {
    expect(Object.keys(figures).length).toBeGreaterThanOrEqual(60);
    expect(outside(got)).toEqual([]);
  });

  test('a redirect takes one second', () => {
    expect(statistics.redirectGaps).toEqual([1]);
  });

  test('steps between states have the probabilities of the configuration', () => {
    const { states } = simulator.machine;
    const find = (wanted: object) =>
      states.findIndex((state) => JSON.stringify(state) === JSON.stringify(wanted));
    const width = states.length + 1;
    const expected = new Float64Array(states.length * width);
    for (const { source, dest, probability } of defaultBehaviour.transitions) {
      const [from, to] = [source, dest].map(({ page, auth, level, status, method }) =>
        find({ page, auth, level, status, method }),
      ) as [number, number];
      expected[from * width + to] = probability;
    }
    let cells = 0;
    const far: string[] = [];
    states.forEach((state, from) => {
      const row = expected.subarray(from * width, (from + 1) * width);
      row[states.length] = Math.max(0, 1 - row.reduce((sum, p) => sum + p, 0));
      const seen = statistics.steps.subarray(from * width, (from + 1) * width);
      const n = seen.reduce((sum, count) => sum + count, 0);
      row.forEach((p, to) => {
        if (p === 0 && seen[to] !== 0) far.push(`${state.page}: a step that the configuration does not have`);
        if (n * p < 5 || p > 1 - 1e-9) return;
        cells++;
        const z = ((seen[to] as number) - n * p) / Math.sqrt(n * p * (1 - p));
        // Beyond 4.5 by chance in one of 150 cells once in a thousand runs.
        if (Math.abs(z) > 4.5)
          far.push(`${state.page} to ${states[to]?.page ?? 'the end'}: z = ${z.toFixed(1)}`);
      });
    });
    expect(cells).toBeGreaterThan(120);
    expect(far).toEqual([]);
  });
});

describe('a generator with faults is told apart', () => {
  const plain = <T extends { readonly status: number }>(state: T): T => ({
    ...state,
    status: state.status === 307 ? 200 : state.status,
  });
  // One run with three faults, each of which has figures of its own: shares and means, which a fifth of the users show.
  const { statistics } = measure(
    {
      ...defaultBehaviour,
      damping: -defaultBehaviour.damping,
      alphaSeconds: 108,
      newSession: defaultBehaviour.newSession.map(plain),
      transitions: defaultBehaviour.transitions.map((step) => ({
        ...step,
        source: plain(step.source),
        dest: plain(step.dest),
      })),
    },
    10_000,
  );
  const found = outside(statistics.figures());

  test('damping of the wrong sign', () => {
    expect(found).toEqual(expect.arrayContaining(['hour 03 share', 'hour 15 share']));
  });

  test('a wrong alpha', () => {
    expect(found).toContain('gap_other_page_mean_s');
  });

  test('a missing second before redirects', () => {
    expect(statistics.redirectGaps.length).toBeGreaterThan(10);
  });
});
