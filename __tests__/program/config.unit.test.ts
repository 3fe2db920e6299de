import { z } from 'zod';
import { consumerVariables } from '../../runtime/consumer/config.ts';
import { describeVariables, readConfig, text, variable } from '../../runtime/program/config.ts';
import { SetupError } from '../../runtime/program/errors.ts';

const faultsOf = (environment: Record<string, string>) => {
  try {
    readConfig(consumerVariables, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    return (error as Error).message;
  }
  return undefined;
};

test('a configuration with two mistakes names both, with what was got and expected', () => {
  const message = faultsOf({
    BEATFLOW_KAFKA_BROKERS: 'localhost',
    BEATFLOW_LAKE: '/lake',
    BEATFLOW_COMMIT_INTERVAL_SECONDS: 'soon',
  });
  expect(message).toContain('2 faults');
  expect(message).toContain('BEATFLOW_KAFKA_BROKERS is "localhost": expected host:port entries');
  expect(message).toContain('BEATFLOW_COMMIT_INTERVAL_SECONDS is "soon": expected a number');
});

test('a variable that is missing or empty is named with its meaning', () => {
  expect(faultsOf({ BEATFLOW_KAFKA_BROKERS: '' })).toContain(
    'BEATFLOW_KAFKA_BROKERS is not set: Kafka bootstrap',
  );
});

test('defaults apply where nothing is set, values where they are', () => {
  const environment = { BEATFLOW_KAFKA_BROKERS: 'a:1, b:2', BEATFLOW_LAKE: 'file:///lake' };
  const config = readConfig(consumerVariables, environment);
  expect(config.kafkaBrokers).toEqual(['a:1', 'b:2']);
  expect(config.commitIntervalSeconds).toBe(120);
  expect(readConfig(consumerVariables, { ...environment, BEATFLOW_LAKE_CODEC: 'null' }).codec).toBe('null');
});

test('help says of each variable whether it is required, optional or has a default', () => {
  const help = describeVariables({
    one: variable('ONE', 'First.', text.nonEmpty()),
    two: variable('TWO', 'Second.', text.integer({ min: 0, max: 9 }).default(4)),
    three: variable('THREE', 'Third.', z.string().optional()),
  });
  expect(help.split('\n')).toEqual([
    '  ONE    First. (required)',
    '  TWO    Second. (default 4)',
    '  THREE  Third. (optional)',
  ]);
});
