#!/usr/bin/env node
import { Command } from 'commander';
import { consumeCommand } from './consumer/command.ts';
import { loadCommand } from './loader/command.ts';

await new Command('beatflow')
  .description('The programs of a music streaming data platform.')
  .addCommand(consumeCommand())
  .addCommand(loadCommand())
  .parseAsync();
