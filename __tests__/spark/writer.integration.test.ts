import { runPython } from './python.ts';

const environment = { PYTHONDONTWRITEBYTECODE: '1' };

test('the Spark writer brings each record into the lake once, whatever happens', async () => {
  const { code, stderr } = await runPython(['__tests__/spark/test_writer.py'], { environment });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/Ran 13 tests in .*\n\nOK\n$/)]);
});

test.each(['record_before_the_files', 'no_read_back', 'named_by_end_offset', 'start_at_spark'])(
  'a writer with the fault %s is caught',
  async (mutant) => {
    const { code, stderr } = await runPython(['__tests__/spark/mutants.py', mutant], { environment });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/FAILED \((failures|errors)=1\)/)]);
  },
);
