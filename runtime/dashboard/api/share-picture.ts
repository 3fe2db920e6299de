import { listenerTypes } from '../shared/listener-type.ts';

/** What the picture of a year tells. */
interface ShareFigures {
  readonly user: number;
  readonly year: number;
  readonly minutes: number;
  readonly streams: number;
  readonly artists: number;
  readonly topArtist: string;
  readonly listenerType: string;
  readonly songs: readonly { readonly song: string; readonly artist: string }[];
}

const width = 1080;
const height = 1350;
const margin = 90;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 has no way to write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text as XML text, cut to `length` characters with an ellipsis. */
export function xmlText(text: string, length = 200): string {
  const clean = text.replaceAll(unwritable, '');
  const characters = [...clean];
  const cut =
    characters.length > length
      ? `${characters
          .slice(0, length - 1)
          .join('')
          .trimEnd()}…`
      : clean;
  return cut.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const counted = (count: number, noun: string) => `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;

const line = (x: number, y: number, size: number, weight: number, text: string, rest = '') =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}"${rest}>${text}</text>`;

function bars(): string {
  const heights = [60, 130, 210, 160, 90, 180, 120, 60, 150, 220, 110, 70];
  return heights
    .map((tall, index) => {
      const x = width - margin - (heights.length - index) * 34;
      return `<rect x="${x}" y="${330 - tall}" width="18" height="${tall}" rx="9" opacity="${0.25 + index / 24}"/>`;
    })
    .join('');
}

function songLines(songs: ShareFigures['songs']): string {
  return songs
    .slice(0, 5)
    .map(({ song, artist }, index) => {
      const y = 850 + index * 78;
      return (
        line(margin, y, 34, 700, String(index + 1), ' opacity="0.7"') +
        line(margin + 56, y, 36, 700, xmlText(song, 30)) +
        line(margin + 56, y + 32, 24, 400, xmlText(artist, 44), ' opacity="0.8"')
      );
    })
    .join('');
}

/** A listener's year as an SVG picture of 1080 by 1350 pixels; all text in it is escaped. */
export function sharePicture(figures: ShareFigures): string {
  const { user, year, minutes, streams, artists, topArtist, listenerType, songs } = figures;
  const type = listenerTypes[listenerType]?.name ?? '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="t" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif" fill="#fff">
<title id="t">${xmlText(`Listener ${user}: ${year} in music, ${whole.format(minutes)} minutes`)}</title>
<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#3a1fb8"/><stop offset="0.55" stop-color="#7a3fe0"/><stop offset="1" stop-color="#e0552b"/></linearGradient></defs>
<rect width="${width}" height="${height}" fill="url(#g)"/>
<g>${bars()}</g>
${line(margin, 150, 34, 600, `Beatflow Wrapped ${year}`)}
${line(margin, 200, 28, 400, `Listener ${user}`, ' opacity="0.8"')}
${line(margin, 470, 150, 800, whole.format(minutes), ' letter-spacing="-6"')}
${line(margin, 520, 36, 500, 'minutes of music', ' opacity="0.9"')}
${line(margin, 630, 26, 500, 'TOP ARTIST', ' opacity="0.75" letter-spacing="2"')}
${line(margin, 690, 52, 800, xmlText(topArtist, 30))}
${line(margin, 780, 26, 500, 'TOP SONGS', ' opacity="0.75" letter-spacing="2"')}
${songLines(songs)}
${line(margin, 1285, 28, 600, `${counted(streams, 'stream')} · ${counted(artists, 'artist')} · ${xmlText(type)}`)}
</svg>
`;
}
