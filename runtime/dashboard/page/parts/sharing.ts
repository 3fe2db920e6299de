import { announce, h } from '../dom.ts';

/** Size of the picture, pixels. */
const width = 1080;
const height = 1350;

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = h('a', { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** Draws the SVG picture into a PNG. */
async function pngOf(svg: Blob): Promise<Blob> {
  const address = URL.createObjectURL(svg);
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = h('canvas', { width, height });
    canvas.getContext('2d')?.drawImage(image, 0, 0, width, height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('the picture is empty'))),
        'image/png',
      );
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The picture of a year and the ways to pass it on. */
export function sharing(user: number, year: number): HTMLElement {
  const source = `/api/wrapped.svg?user=${user}&year=${year}`;
  const name = `beatflow-wrapped-${year}-${user}`;
  const said = h('p', { class: 'note', role: 'status' });
  const say = (text: string) => {
    said.textContent = text;
    announce(text);
  };
  const savePng = async () => {
    const svg = await (await fetch(source)).blob();
    save(await pngOf(svg), `${name}.png`);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(window.location.href);
    say('The address is in the clipboard.');
  };
  const failing = (work: () => Promise<void>) => () => {
    work().catch((error: Error) => say(`That did not work: ${error.message}`));
  };
  return h(
    'section',
    { class: 'sharing', 'aria-label': 'Share' },
    h('img', {
      src: source,
      width,
      height,
      alt: `The year ${year} of listener ${user} as a picture`,
      loading: 'lazy',
    }),
    h(
      'div',
      { class: 'sharing-ways' },
      h('h2', {}, 'Pass it on'),
      h('a', { class: 'button', href: source, download: `${name}.svg` }, 'Save as SVG'),
      h('button', { type: 'button', class: 'button', click: failing(savePng) }, 'Save as PNG'),
      h('button', { type: 'button', class: 'button', click: failing(copy) }, 'Copy the address'),
      said,
    ),
  );
}
