import { dashboardCommand } from './runtime/dashboard/command.ts';

await dashboardCommand().parseAsync([], { from: 'user' });
