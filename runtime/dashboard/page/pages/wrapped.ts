import type { DatasetRow } from '../../datasets/index.ts';
import { listenerForm, yearForm } from '../../shared/forms.ts';
import { listenerTypes } from '../../shared/listener-type.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { type Child, h, styled } from '../dom.ts';
import { counted, full, share } from '../format.ts';
import { sharing } from '../parts/sharing.ts';
import { downloads } from '../table.ts';

type Year = DatasetRow<'wrapped'>;
type Song = DatasetRow<'wrapped-songs'>;
type Artist = DatasetRow<'wrapped-artists'>;

const pad = (hour: number) => String(hour).padStart(2, '0');

function story(kind: string, title: string, ...children: Child[]): HTMLElement {
  return h('li', { class: `story story-${kind}` }, h('h2', {}, title), ...children);
}

const big = (text: string, unit: string) =>
  h('p', { class: 'story-big' }, h('strong', {}, text), ' ', h('span', {}, unit));

/** The hours of a day as a ring of ticks, with the favourite one long. */
function clock(favourite: number): HTMLElement {
  const ticks = Array.from({ length: 24 }, (_, hour) =>
    styled(h('i', { class: hour === favourite ? 'now' : '' }), { '--hour': String(hour) }),
  );
  return h('div', { class: 'clock', 'aria-hidden': 'true' }, ...ticks, h('b', {}, `${pad(favourite)}:00`));
}

function stories(year: Year, songs: readonly Song[], artists: readonly Artist[]): HTMLElement[] {
  const type = listenerTypes[year.listener_type];
  const list = (items: readonly { name: string; note: string; href: string }[]) =>
    h(
      'ol',
      { class: 'story-list' },
      ...items.map(({ name, note, href }) => h('li', {}, h('a', { href }, name), h('span', {}, note))),
    );
  return [
    story(
      'minutes',
      'You listened',
      big(full(year.minutes), 'minutes'),
      h(
        'p',
        {},
        `That is ${counted(year.streams, 'play')} of ${counted(year.songs, 'song')} by ${counted(year.artists, 'artist')}.`,
      ),
    ),
    story(
      'song',
      'Your song of the year',
      h('p', { class: 'story-name' }, year.top_song),
      h('p', {}, year.top_song_artist),
      songs[0] && h('p', {}, counted(songs[0].streams, 'play')),
    ),
    story(
      'songs',
      'Your top songs',
      list(
        songs.map(({ song, artist, song_key, streams }) => ({
          name: song,
          note: `${artist} · ${counted(streams, 'play')}`,
          href: `/songs/${encodeURIComponent(song_key)}`,
        })),
      ),
    ),
    story(
      'artists',
      'Your top artists',
      list(
        artists.map(({ artist, artist_key, streams, songs: count }) => ({
          name: artist,
          note: `${counted(streams, 'play')} of ${counted(count, 'song')}`,
          href: `/artists/${encodeURIComponent(artist_key)}`,
        })),
      ),
    ),
    story(
      'first',
      'It began with',
      h('p', { class: 'story-name' }, year.first_song),
      h(
        'p',
        {},
        `by ${year.first_song_artist}, on ${new Date(year.first_streamed_at).toUTCString().slice(5, 16)}`,
      ),
    ),
    story(
      'hour',
      'Your favourite hour',
      clock(year.favourite_hour),
      h(
        'p',
        {},
        `Between ${pad(year.favourite_hour)}:00 and ${pad((year.favourite_hour + 1) % 24)}:00 UTC you played most.`,
      ),
    ),
    story(
      'streak',
      'Your longest streak',
      big(full(year.longest_streak_days), year.longest_streak_days === 1 ? 'day' : 'days in a row'),
      h('p', {}, `Music on ${counted(year.listening_days, 'day')} of the year.`),
    ),
    story(
      'percentile',
      'Among all listeners',
      big(share(year.percentile), 'listened less'),
      h('p', {}, 'than you, counted in minutes.'),
    ),
    story(
      'type',
      'You are',
      h('p', { class: 'story-name' }, type?.name ?? ''),
      h('p', {}, type?.sentence ?? ''),
    ),
  ];
}

function strip(items: readonly HTMLElement[]): HTMLElement {
  const list = h('ol', { class: 'stories', tabindex: 0, 'aria-label': 'The story of the year' }, ...items);
  const step = (direction: 1 | -1) => {
    const width = (items[0]?.offsetWidth ?? 300) + 16;
    list.scrollBy({ left: direction * width, behavior: 'smooth' });
  };
  return h(
    'div',
    { class: 'strip' },
    list,
    h(
      'div',
      { class: 'strip-steps' },
      h('button', { type: 'button', class: 'button', click: () => step(-1) }, '← Back'),
      h('button', { type: 'button', class: 'button', click: () => step(1) }, 'Next →'),
    ),
  );
}

async function loadYear(user: string, year: string): Promise<[Year | undefined, Song[], Artist[]]> {
  if (!listenerForm.test(user) || !yearForm.test(year)) return [undefined, [], []];
  const params = { user, year };
  const [years, songs, artists] = await Promise.all([
    fetchRows('wrapped', params),
    fetchRows('wrapped-songs', params),
    fetchRows('wrapped-artists', params),
  ]);
  return [years[0], songs, artists];
}

/** The numbers of the stories, to take away. */
function numbers(user: number, year: number): HTMLElement {
  const parts = [
    ['The year', 'wrapped'],
    ['Top songs', 'wrapped-songs'],
    ['Top artists', 'wrapped-artists'],
  ] as const;
  return h(
    'ul',
    { class: 'wrapped-numbers', 'aria-label': 'The numbers' },
    ...parts.map(([name, dataset]) =>
      h('li', {}, name, downloads(name, datasetAddress(dataset, { user, year }, '.csv'))),
    ),
  );
}

/** A listener's year as a story. */
export function openWrapped(opened: PageContext, [user = '', year = '']: readonly string[]): Page {
  const title = h('h1', {}, `${year} in music`);
  const lede = h('p', { class: 'lede' }, `Listener ${user}`);
  const room = h('div', { class: 'wrapped-room', 'aria-busy': 'true' });
  const element = h(
    'div',
    { class: 'page' },
    h('div', { class: 'page-head' }, h('div', {}, title, lede)),
    room,
  );
  let shown = '';
  const update = (_: PageContext) => {
    loadYear(user, year).then(
      ([found, songs, artists]) => {
        room.setAttribute('aria-busy', 'false');
        const answer = JSON.stringify([found, songs, artists]);
        if (answer === shown) return;
        shown = answer;
        if (!found) {
          title.textContent = 'No such year';
          lede.textContent = 'This listener played nothing on the days of that year that are over, UTC.';
          room.replaceChildren(h('a', { href: '/wrapped' }, 'Look for another'));
          return;
        }
        room.replaceChildren(
          strip(stories(found, songs, artists)),
          numbers(found.user_id, found.year),
          sharing(found.user_id, found.year),
        );
      },
      (error: Error) => {
        room.setAttribute('aria-busy', 'false');
        lede.textContent = error.message;
      },
    );
  };
  update(opened);
  return { title: `Wrapped ${year}`, element, update };
}
