import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const sqlfluff = join(root, '.beatflow', 'tools', 'bigquery', 'python', 'bin', 'sqlfluff');

test('sqlfluff has nothing to say about the models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'beatflow-sqlfluff-'));
  try {
    const { status, stdout, stderr } = spawnSync(
      sqlfluff,
      ['lint', 'models', 'tests', '--processes', '1', '--disable-progress-bar'],
      {
        cwd: join(root, 'dbt'),
        encoding: 'utf8',
        timeout: 580_000,
        env: {
          ...process.env,
          BEATFLOW_DUCKDB_PATH: join(folder, 'empty.duckdb'),
          DBT_TARGET_PATH: join(folder, 'target'),
          DBT_LOG_PATH: join(folder, 'logs'),
        },
      },
    );
    expect(`${stdout}${status === 0 ? '' : stderr}`).not.toMatch(/FAIL|Error/);
    expect(stdout).toContain('All Finished');
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
