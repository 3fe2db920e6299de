import { syntheticCatalogue } from '../../../runtime/generator/catalogue/synthetic.ts';

const startDay = 20_500;
const catalogue = syntheticCatalogue({ seed: 1, startDay });

function ranking(day: number): number[] {
  const weights = catalogue.weightsOn(day);
  return [...weights.keys()].sort((x, y) => (weights[y] as number) - (weights[x] as number));
}

test('10,000 songs with ids of their own, and no artist has two songs of one title', () => {
  expect(catalogue.tracks).toHaveLength(10_000);
  expect(new Set(catalogue.tracks.map(({ trackId }) => trackId)).size).toBe(10_000);
  expect(new Set(catalogue.tracks.map(({ artist, title }) => `${artist}|${title}`)).size).toBe(10_000);
  const lengths = catalogue.tracks.map(({ durationSeconds }) => durationSeconds);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(45);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(900);
});

test('the same seed and start give the same catalogue, another seed another one', () => {
  const again = syntheticCatalogue({ seed: 1, startDay });
  expect(again.tracks).toEqual(catalogue.tracks);
  expect(again.weightsOn(startDay + 3)).toEqual(catalogue.weightsOn(startDay + 3));
  const other = syntheticCatalogue({ seed: 2, startDay });
  const ids = new Set(catalogue.tracks.map(({ trackId }) => trackId));
  expect(other.tracks.filter(({ trackId }) => ids.has(trackId))).toEqual([]);
});

test('few songs have most of the plays', () => {
  const weights = [...catalogue.weightsOn(startDay)].sort((x, y) => y - x);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = (songs: number) => weights.slice(0, songs).reduce((sum, weight) => sum + weight, 0) / total;
  expect(share(1)).toBeLessThan(0.1);
  expect(share(100)).toBeGreaterThan(0.25);
  expect(share(1000)).toBeGreaterThan(0.5);
});

test('the charts move from week to week, and faster over a season', () => {
  const top = new Set(ranking(startDay).slice(0, 50));
  const kept = (day: number) =>
    ranking(day)
      .slice(0, 50)
      .filter((song) => top.has(song)).length;
  expect(kept(startDay + 1)).toBeGreaterThanOrEqual(44);
  expect(kept(startDay + 7)).toBeLessThan(50);
  expect(kept(startDay + 90)).toBeLessThan(kept(startDay + 7));
});

test('new songs come out and are not played before', () => {
  const unplayed = (day: number) => catalogue.weightsOn(day).filter((weight) => weight === 0).length;
  expect(unplayed(startDay)).toBeGreaterThan(300);
  expect(unplayed(startDay + 365)).toBeLessThan(unplayed(startDay) - 150);
});
