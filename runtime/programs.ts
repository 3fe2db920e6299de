import type { Command } from 'commander';

/** What a program does in a few words, and its command, whose modules are loaded when it is asked for. */
interface Program {
  readonly summary: string;
  readonly command: () => Promise<Command>;
}

/** The programs by the name of their command, in the order of the help. */
export const programs: Readonly<Record<string, Program>> = {
  generate: {
    summary: 'generate the events of simulated listeners',
    command: async () => (await import('./generator/command.ts')).generateCommand(),
  },
  catalogue: {
    summary: 'print the songs that generate plays',
    command: async () => (await import('./generator/catalogue-command.ts')).catalogueCommand(),
  },
  consume: {
    summary: 'read events from Kafka and keep each of them exactly once in the lake',
    command: async () => (await import('./consumer/command.ts')).consumeCommand(),
  },
  spark: {
    summary: 'do the work of consume on Spark',
    command: async () => (await import('./spark/command.ts')).sparkCommand(),
  },
  lake: {
    summary: 'check and mend the lake',
    command: async () => (await import('./consumer/tools/command.ts')).lakeCommand(),
  },
  provision: {
    summary: 'give a broker the topics of the contract and its users their rights',
    command: async () => (await import('./provision/command.ts')).provisionCommand(),
  },
  load: {
    summary: 'load what the lake has new into the warehouse, hour by hour',
    command: async () => (await import('./loader/command.ts')).loadCommand(),
  },
  publish: {
    summary: 'publish the marts of a DuckDB file for the dashboard',
    command: async () => (await import('./warehouse/marts/publish-command.ts')).publishCommand(),
  },
  dashboard: {
    summary: 'serve the page with the charts',
    command: async () => (await import('./dashboard/command.ts')).dashboardCommand(),
  },
};
