import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { importCatalogue } from '../../../runtime/generator/catalogue/import.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatflow-songs-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Buffer): string {
  const path = join(folder, 'songs');
  writeFileSync(path, content);
  return path;
}

test('Eventsim’s play counts, gzipped; a song of unknown length has 180 seconds', () => {
  const text = 'T1\tAna\tOne\t12.5\t3\nT2\tBé\tTwo, "2"\t\t0\nT1\tAna\tOne\t12.5\t4\n';
  const catalogue = importCatalogue(file(gzipSync(text)));
  expect(catalogue.tracks).toMatchObject([
    { trackId: 'T1', artist: 'Ana', title: 'One', durationSeconds: 12.5 },
    { trackId: 'T2', artist: 'Bé', title: 'Two, "2"', durationSeconds: 180 },
  ]);
  expect([...catalogue.weightsOn(0)]).toEqual([7, 0]);
});

test('Streamify’s songs.csv with quoted cells', () => {
  const text =
    'artist_name,duration,title,track_id\r\n' +
    '"Simon, ""S"" & Co",200.5,"A ""B""\nC",T1\r\n' +
    'Plain,100,D,T2\r\n';
  const catalogue = importCatalogue(file(text));
  expect(catalogue.tracks).toMatchObject([
    { trackId: 'T1', artist: 'Simon, "S" & Co', title: 'A "B"\nC', durationSeconds: 200.5 },
    { trackId: 'T2', artist: 'Plain', title: 'D', durationSeconds: 100 },
  ]);
  expect([...catalogue.weightsOn(0)].sort()).toEqual([2 ** -0.85, 1]);
});

test('the subset’s own track list', () => {
  const catalogue = importCatalogue(file('TR1<SEP>SO1<SEP>Ana<SEP>One\nTR2<SEP>SO2<SEP>Ben<SEP>Two\n'));
  expect(catalogue.tracks.map(({ trackId, artist, title }) => [trackId, artist, title])).toEqual([
    ['TR1', 'Ana', 'One'],
    ['TR2', 'Ben', 'Two'],
  ]);
});

test('all lines with faults are named, each with what is wrong', () => {
  const text = 'T1\tAna\tOne\t12.5\t3\n\tBen\tTwo\tx\t-1\nT3\tCid\tThree\n';
  expect(() => importCatalogue(file(text))).toThrow(
    /4 faults .*line 2: the track id is empty\n.*line 2: the duration is "x".*\n.*line 2: the play count is "-1".*\n.*line 3: 3 columns/s,
  );
});

test.each([
  ['an empty file', '', /columns missing: track_id, artist_name, title, duration/],
  ['a header without songs', 'artist_name,duration,title,track_id\n', /it lists no song/],
  ['counts that are all 0', 'T1\tAna\tOne\t1\t0\n', /no song has a play count above 0/],
  ['something else', '{"json": true}\n', /columns missing/],
])('%s is refused', (_name, text, message) => {
  expect(() => importCatalogue(file(text))).toThrow(message);
});
