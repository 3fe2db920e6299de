/** Folders of the lake that are not a topic's. They begin with `_`, as no topic does, and end with the slash. */
export const lakeFolders = {
  /** Commit records, over all logs. */
  commits: '_commits/',
  /** Messages that are no event of the contract. */
  dead: '_dead/',
  /** Claims that say which dead letters were sent back to their topics. */
  redriven: '_redriven/',
  /** Reference data, a folder below it for each reference table. */
  reference: '_reference/',
  /** How far the generator is. */
  generator: '_generator/',
  /** Live snapshots; they carry no truth and are overwritten. */
  live: '_live/',
  /** Leases: what only one process at a time may do. */
  locks: '_locks/',
} as const;

/** What a folder of the lake is called in code. */
export type LakeFolder = keyof typeof lakeFolders;
