#!/usr/bin/env node
import { Command } from 'commander';
import { programs } from './programs.ts';

const beatflow = new Command('beatflow').description('The programs of a music streaming data platform.');
// Loading all programs takes two seconds: only the one that is asked for, or whose help is, is loaded.
const asked = process.argv.slice(2).find((argument) => Object.hasOwn(programs, argument));
for (const [name, { summary, command }] of Object.entries(programs)) {
  if (name === asked) beatflow.addCommand((await command()).summary(summary));
  else beatflow.command(name).summary(summary);
}
await beatflow.parseAsync();
