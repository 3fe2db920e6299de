#!/usr/bin/env node
import { Command } from 'commander';
import { consumeCommand } from './consumer/command.ts';
import { lakeCommand } from './consumer/tools/command.ts';
import { dashboardCommand } from './dashboard/command.ts';
import { catalogueCommand } from './generator/catalogue/command.ts';
import { generateCommand } from './generator/command.ts';
import { loadCommand } from './loader/command.ts';
import { provisionCommand } from './provision/command.ts';
import { sparkCommand } from './spark/command.ts';
import { publishCommand } from './warehouse/publish-command.ts';

await new Command('beatflow')
  .description('The programs of a music streaming data platform.')
  .addCommand(generateCommand())
  .addCommand(catalogueCommand())
  .addCommand(consumeCommand())
  .addCommand(sparkCommand())
  .addCommand(lakeCommand())
  .addCommand(provisionCommand())
  .addCommand(loadCommand())
  .addCommand(publishCommand())
  .addCommand(dashboardCommand())
  .parseAsync();
