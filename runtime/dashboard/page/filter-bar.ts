import { usStates } from '../shared/us-states.ts';
import { h } from './dom.ts';
import { type Extent, type Filters, type Range, ranges, readFilters, writeFilters } from './filters.ts';

/** The controls that narrow a page. */
interface FilterBar {
  readonly element: HTMLElement;
  /** Shows other filters, without telling anyone. */
  show(filters: Filters, extent: Extent): void;
}

function levelOf(value: string): Filters['level'] {
  return value === 'free' || value === 'paid' ? value : undefined;
}

/** Makes the controls; `onChange` gets the new search part of the address. Without `audience` only the period. */
export function filterBar(
  onChange: (search: string) => void,
  { audience = true }: { readonly audience?: boolean } = {},
): FilterBar {
  let current: { filters: Filters; extent: Extent } | undefined;
  const change = (part: Partial<Filters>) => {
    if (!current) return;
    onChange(writeFilters({ ...current.filters, ...part }));
  };
  const pickRange = (range: Range) => {
    if (!current) return;
    const { from, to } = readFilters(range === 'custom' ? '' : `?range=${range}`, current.extent);
    change({ range, from, to });
  };
  const rangeButtons = Object.entries(ranges).map(([range, label]) =>
    h(
      'label',
      { class: 'choice' },
      h('input', { type: 'radio', name: 'range', value: range, change: () => pickRange(range as Range) }),
      h('span', {}, label),
    ),
  );
  const dates = () => {
    if (from.value && to.value && from.value <= to.value) {
      change({ range: 'custom', from: from.value, to: to.value });
    }
  };
  const from = h('input', { type: 'date', 'aria-label': 'First day', change: dates });
  const to = h('input', { type: 'date', 'aria-label': 'Last day', change: dates });
  const state = h(
    'select',
    { 'aria-label': 'State', change: () => change({ state: state.value || undefined }) },
    h('option', { value: '' }, 'All states'),
    ...usStates.map(({ code, name }) => h('option', { value: code }, name)),
  );
  const level = h(
    'select',
    {
      'aria-label': 'Level',
      change: () => change({ level: levelOf(level.value) }),
    },
    h('option', { value: '' }, 'Free and paid'),
    h('option', { value: 'free' }, 'Free'),
    h('option', { value: 'paid' }, 'Paid'),
  );
  const element = h(
    'search',
    { class: 'filters', 'aria-label': 'Filters' },
    h('fieldset', { class: 'choices' }, h('legend', { class: 'visually-hidden' }, 'Period'), ...rangeButtons),
    h('div', { class: 'dates' }, from, h('span', { 'aria-hidden': 'true' }, '–'), to),
    audience && h('div', { class: 'selects' }, state, level),
  );
  return {
    element,
    show(filters, extent) {
      current = { filters, extent };
      for (const input of element.querySelectorAll<HTMLInputElement>('input[name="range"]')) {
        input.checked = input.value === filters.range;
      }
      for (const input of [from, to]) {
        input.min = extent.firstDay;
        input.max = extent.lastDay;
      }
      from.value = filters.from;
      to.value = filters.to;
      state.value = filters.state ?? '';
      level.value = filters.level ?? '';
    },
  };
}
