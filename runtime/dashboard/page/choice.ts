import { h } from './dom.ts';

let groups = 0;

/** A few exclusive choices as a row of buttons. */
export function choice<Key extends string>(
  label: string,
  options: Readonly<Record<Key, string>>,
  picked: Key,
  onPick: (key: Key) => void,
): HTMLElement {
  groups += 1;
  const name = `choice-${groups}`;
  return h(
    'fieldset',
    { class: 'choices' },
    h('legend', { class: 'visually-hidden' }, label),
    ...Object.entries<string>(options).map(([key, text]) =>
      h(
        'label',
        { class: 'choice' },
        h('input', {
          type: 'radio',
          name,
          value: key,
          checked: key === picked,
          change: () => onPick(key as Key),
        }),
        h('span', {}, text),
      ),
    ),
  );
}
