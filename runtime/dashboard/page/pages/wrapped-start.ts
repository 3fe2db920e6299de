import type { DatasetRow } from '../../datasets/index.ts';
import { fetchRows } from '../api.ts';
import type { Page, PageContext } from '../app.ts';
import { h } from '../dom.ts';
import { full } from '../format.ts';

type Year = DatasetRow<'wrapped-years'>;

/** What is said while nobody can look back. */
const nothingYet =
  'A look back counts days that are over, UTC, and none is yet: it begins with the first batch after midnight.';

/** A listener of the year, picked by a random number: one above a gap in the numbers is likelier than another. */
async function anyListener({ year, first_user, last_user }: Year): Promise<number> {
  const from = first_user + Math.floor(Math.random() * (last_user - first_user + 1));
  const [found] = await fetchRows('wrapped-nearest', { year, user: from });
  return found?.user_id ?? last_user;
}

/** Where one asks for a year in music: of any listener, or of one picked at random. */
export function openWrappedStart(opened: PageContext): Page {
  let years: readonly Year[] = [];
  const year = h('select', { class: 'field of-years', name: 'year', 'aria-label': 'Year' });
  const user = h('input', {
    class: 'field',
    name: 'user',
    inputmode: 'numeric',
    pattern: '[0-9]{1,15}',
    placeholder: 'Listener number',
    'aria-label': 'Listener number',
    required: true,
  });
  const note = h('p', { class: 'lede', role: 'status' });
  const chosen = () => years.find((row) => String(row.year) === year.value);
  const complain = (error: Error) => {
    note.textContent = error.message;
  };
  const surprise = async () => {
    const row = chosen();
    if (row) opened.go(`/wrapped/${await anyListener(row)}/${row.year}`);
  };
  const buttons = [
    h('button', { type: 'submit', class: 'button strong' }, 'Show the year'),
    h(
      'button',
      { type: 'button', class: 'button', click: () => void surprise().catch(complain) },
      'Surprise me',
    ),
  ];
  /** Nothing can be asked before it is known which years there are: a click would be lost. */
  const allow = (allowed: boolean) => {
    for (const control of [year, user, ...buttons]) control.disabled = !allowed;
  };
  allow(false);
  const form = h(
    'form',
    {
      class: 'ask',
      submit: (event: Event) => {
        event.preventDefault();
        opened.go(`/wrapped/${user.value}/${year.value}`);
      },
    },
    year,
    user,
    ...buttons,
  );
  const element = h(
    'div',
    { class: 'wrapped-start' },
    h('h1', {}, 'A year in music'),
    h('p', {}, 'What a listener played most, when, and what kind of listener that makes.'),
    form,
    note,
  );
  const update = () => {
    fetchRows('wrapped-years', {}).then((rows) => {
      const before = year.value;
      years = rows;
      year.replaceChildren(...rows.map((row) => h('option', { value: row.year }, row.year)));
      if (rows.some((row) => String(row.year) === before)) year.value = before;
      allow(rows.length > 0);
      note.textContent =
        rows.length > 0
          ? `${full(chosen()?.listeners ?? 0)} listeners have a year to look back on.`
          : nothingYet;
    }, complain);
  };
  update();
  return { title: 'Wrapped', element, update };
}
