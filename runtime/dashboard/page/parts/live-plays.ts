import { h } from '../dom.ts';
import type { LivePart } from './live-part.ts';
import { panel } from './panel.ts';

const shownPlays = 10;

/** The last songs that were started, newest first. */
export function livePlays(): LivePart {
  const list = h('ol', { class: 'plays', 'aria-label': 'Last songs started, newest first' });
  return {
    element: panel(
      { id: 'playing', title: 'Playing now', note: 'The last songs that were started', layout: 'third' },
      list,
    ),
    show({ plays, at }) {
      if (plays.length === 0) {
        const said = at ? 'Nobody has started a song yet.' : 'No consumer tells what is playing.';
        list.replaceChildren(h('li', { class: 'note' }, said));
        return;
      }
      const rows = plays
        .slice(0, shownPlays)
        .map((play) =>
          h(
            'li',
            {},
            h('span', { class: 'play-song' }, play.song),
            h('span', { class: 'play-artist' }, play.artist),
            h('span', { class: 'play-place' }, `${play.city}, ${play.state}`),
          ),
        );
      list.replaceChildren(...rows);
    },
  };
}
