import { centroid, geo, pointer, tip } from '@observablehq/plot';
import type { ExtendedFeatureCollection } from 'd3';
import { feature } from 'topojson-client';
import { usStates } from '../../shared/us-states.ts';
import { h } from '../dom.ts';
import { plot, ramp } from './plot.ts';

/** One state's value; `text` is what its tip says. */
interface UsStateValue {
  readonly code: string;
  readonly value: number;
  readonly text: string;
}

/** What a map shows. */
interface UsMap {
  readonly values: readonly UsStateValue[];
  readonly label: string;
  readonly width: number;
  /** Called with the two-letter code of the state that was clicked. */
  onPick?(code: string): void;
}

/** Size of the map's own coordinates: it comes projected. */
const mapWidth = 975;
const mapHeight = 610;

const codeByFips = new Map(usStates.map(({ fips, code }) => [fips, code]));

let shapes: Promise<ExtendedFeatureCollection> | undefined;

type Topology = Parameters<typeof feature>[0];
type StateGeometries = Extract<Parameters<typeof feature>[1], { type: 'GeometryCollection' }>;

/** The states' shapes, fetched once. */
export function usStateShapes(): Promise<ExtendedFeatureCollection> {
  const address = document.querySelector<HTMLMetaElement>('meta[name="states-map"]')?.content ?? '';
  shapes ??= fetch(address)
    .then((response) => response.json() as Promise<{ objects: { states: StateGeometries } }>)
    .then((topology) => feature(topology as unknown as Topology, topology.objects.states));
  return shapes;
}

/** The upper ends of classes with about as many states each, without repeats. */
function classBounds(values: readonly number[], classes: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const bounds = Array.from({ length: classes - 1 }, (_, index) => {
    const at = ((index + 1) / classes) * (sorted.length - 1);
    return sorted[Math.round(at)] ?? 0;
  });
  return [...new Set(bounds)];
}

/** What the colours of a map mean: each step from which value on. */
export function mapLegend(values: readonly number[], text: (value: number) => string): HTMLElement {
  const bounds = classBounds(values, ramp.length);
  const from = [Math.min(...values), ...bounds];
  return h(
    'ol',
    { class: 'map-legend', 'aria-label': 'Colours of the map' },
    ...from.map((value, step) =>
      h('li', {}, h('span', { class: `swatch heat-${step}`, 'aria-hidden': 'true' }), `${text(value)}+`),
    ),
  );
}

/** A map of the USA in classes of one colour. */
export function usMap(
  shapesOfStates: ExtendedFeatureCollection,
  { values, label, width, onPick }: UsMap,
): SVGSVGElement {
  const byCode = new Map(values.map((value) => [value.code, value]));
  const bounds = classBounds(
    values.map(({ value }) => value),
    ramp.length,
  );
  const features = shapesOfStates.features.filter(({ id }) => codeByFips.has(String(id)));
  const codeOf = (shape: { id?: string | number | undefined }) => codeByFips.get(String(shape.id)) ?? '';
  const fillOf = (shape: { id?: string | number | undefined }) => {
    const value = byCode.get(codeOf(shape))?.value;
    if (value === undefined) return 'var(--empty)';
    return ramp[bounds.filter((bound) => value >= bound).length] ?? 'var(--ramp-5)';
  };
  const known = features.filter((shape) => byCode.has(codeOf(shape)));
  const svg = plot({
    ariaLabel: label,
    width,
    height: Math.round((width * mapHeight) / mapWidth),
    margin: 0,
    projection: {
      type: 'identity',
      domain: {
        type: 'MultiPoint',
        coordinates: [
          [0, 0],
          [mapWidth, mapHeight],
        ],
      },
    },
    color: { type: 'identity' },
    marks: [
      geo(features, { fill: fillOf, stroke: 'var(--surface)', strokeWidth: 1 }),
      geo(known, pointer(centroid({ stroke: 'var(--ink)', strokeWidth: 1.5 }))),
      tip(
        known,
        pointer(centroid({ title: (shape) => byCode.get(codeOf(shape))?.text ?? '', lineHeight: 1.4 })),
      ),
    ],
  });
  const paths = svg.querySelectorAll('[data-mark="geo"] path');
  for (const [index, path] of [...paths].slice(0, features.length).entries()) {
    const shape = features[index];
    if (!shape) continue;
    const code = codeOf(shape);
    path.setAttribute('data-state', code);
    if (byCode.has(code)) path.classList.add('known');
    if (onPick && byCode.has(code)) {
      path.classList.add('pickable');
      path.addEventListener('click', () => onPick(code));
    }
  }
  return svg;
}
