/** A log line that alerts and charts are built on: programs write it, infrastructure measures its fields. */
export interface Signal {
  /** Value of the line's `signal` field. */
  readonly name: string;
  /** When a program writes it, one sentence. */
  readonly doc: string;
  /** Numbers in the line, each with its meaning and its UCUM unit. */
  readonly fields: Readonly<Record<string, { readonly doc: string; readonly unit: string }>>;
}

function defineSignal<const S extends Signal>(signal: S): S {
  return signal;
}

/** All signals. Renaming one, or a field, blinds an alert: stacks and programs both read them here. */
export const signals = {
  consumerWork: defineSignal({
    name: 'consumer_work',
    doc: 'Every minute, by each consumer.',
    fields: {
      lag: { doc: 'Records between what was read and the end of the log, over all partitions.', unit: '1' },
      workAgeSeconds: {
        doc: 'Age of the oldest record that was read and is not yet in the lake.',
        unit: 's',
      },
      deadLetters: { doc: 'Dead letters committed since the last such line.', unit: '1' },
    },
  }),
  load: defineSignal({
    name: 'load',
    doc: 'At the end of each run of the loader.',
    fields: {
      rows: { doc: 'Rows loaded.', unit: '1' },
      refusedHours: { doc: 'Hours that were refused and stay to be loaded.', unit: '1' },
    },
  }),
} as const;

/** The fields of a signal's line, for example `SignalLine<'load'>`. */
export type SignalLine<S extends keyof typeof signals> = {
  readonly signal: (typeof signals)[S]['name'];
} & { readonly [F in keyof (typeof signals)[S]['fields']]: number };
