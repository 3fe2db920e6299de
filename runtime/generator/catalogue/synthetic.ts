import { hash32, RandomStream } from '../random/stream.ts';
import type { Catalogue, Track } from './catalogue.ts';
import { Popularity, type Release } from './popularity.ts';
import { words } from './words.ts';

/** What a synthetic catalogue is made from. */
interface SyntheticCatalogueProps {
  readonly seed: number;
  /** Day on which the run begins, days since 1970-01-01: releases lie around it. */
  readonly startDay: number;
  /** @default 10,000 */
  readonly size?: number;
}

const purpose = { tracks: 101, artists: 102 } as const;
const shortestSong = 45;
const longestSong = 900;
/** Days before and after the start over which songs come out; nine in ten are older than the first. */
const yearsOfNews = { before: 2, after: 2 };

function pick<T>(random: RandomStream, list: readonly T[]): T {
  return list[Math.floor(random.uniform() * list.length)] as T;
}

function artistName(random: RandomStream): string {
  const kind = random.uniform();
  if (kind < 0.4) return `${pick(random, words.givenNames)} ${pick(random, words.surnames)}`;
  if (kind < 0.6) return `The ${pick(random, words.adjectives)} ${pick(random, words.nouns)}s`;
  if (kind < 0.75) return `${pick(random, words.nouns)} ${pick(random, words.bands)}`;
  if (kind < 0.9) return `${pick(random, words.adjectives)} ${pick(random, words.nouns)}`;
  return `${pick(random, words.surnames)} & ${pick(random, words.surnames)}`;
}

function songTitle(random: RandomStream): string {
  const kind = random.uniform();
  const noun = pick(random, words.nouns);
  if (kind < 0.35) return `${pick(random, words.adjectives)} ${noun}`;
  if (kind < 0.5) return `${pick(random, words.verbs)} the ${noun}`;
  if (kind < 0.65) return `${noun} ${pick(random, words.moments)}`;
  if (kind < 0.8) return `${pick(random, words.verbs)} ${pick(random, words.moments)}`;
  if (kind < 0.9) return `${noun} of ${pick(random, words.nouns)}s`;
  return noun;
}

/** Names that are all different: a name that is taken is drawn again, and numbered where it stays taken. */
function distinct(taken: Set<string>, draw: () => string): string {
  let name = draw();
  for (let attempt = 0; taken.has(name) && attempt < 8; attempt++) name = draw();
  for (let part = 2; taken.has(name); part++) name = `${name.replace(/ \(Part \d+\)$/, '')} (Part ${part})`;
  taken.add(name);
  return name;
}

/** Song lengths are log-normal around three and a half minutes. */
function duration(random: RandomStream): number {
  const seconds = Math.exp(Math.log(212) + 0.3 * random.normal());
  return Math.round(Math.min(longestSong, Math.max(shortestSong, seconds)) * 1000) / 1000;
}

function releaseOf(random: RandomStream, startDay: number): Release {
  const recent = random.uniform() < 0.1;
  const span = (yearsOfNews.before + yearsOfNews.after) * 365;
  const age = recent
    ? yearsOfNews.before * 365 - random.uniform() * span
    : yearsOfNews.before * 365 + 365 * 15 * random.exponential();
  return { day: startDay - Math.round(age), hit: random.uniform() };
}

/**
 * Invented artists and songs whose popularity is Zipf's and drifts: the same seed and start give the same songs.
 * A few artists have many songs, most have few.
 */
export function syntheticCatalogue({ seed, startDay, size = 10_000 }: SyntheticCatalogueProps): Catalogue {
  const artistRandom = RandomStream.of(seed, purpose.artists, 0);
  const artistCount = Math.max(1, Math.round(size / 6));
  const artistNames = new Set<string>();
  const artists = Array.from({ length: artistCount }, () => ({
    name: distinct(artistNames, () => artistName(artistRandom)),
    titles: new Set<string>(),
  }));
  const tracks: Track[] = [];
  const releases: Release[] = [];
  for (let index = 0; index < size; index++) {
    const random = RandomStream.of(seed, purpose.tracks, index);
    const artist = artists[Math.floor(random.uniform() ** 2 * artistCount)] as (typeof artists)[number];
    const title = distinct(artist.titles, () => songTitle(random));
    const durationSeconds = duration(random);
    const release = releaseOf(random, startDay);
    releases.push(release);
    tracks.push({
      trackId: trackId(seed, index),
      artist: artist.name,
      title,
      durationSeconds,
      releaseDay: release.day,
    });
  }
  const popularity = new Popularity(seed, releases);
  return { tracks, weightsOn: (day) => popularity.weightsOn(day) };
}

/** `BF`, the hash of the catalogue, and the song's number: ids of catalogues of different seeds differ. */
function trackId(seed: number, index: number): string {
  const catalogue = (hash32(seed, purpose.tracks) >>> 0).toString(16).padStart(8, '0');
  return `BF${catalogue}${index.toString(16).padStart(8, '0')}`.toUpperCase();
}
