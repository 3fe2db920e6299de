import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { Construct, type IConstruct } from 'constructs';
import { Template } from './template.ts';

function bucket(scope: Construct, id: string, publicAccessPrevention: string): void {
  new StorageBucket(scope, id, { name: id, location: 'US', publicAccessPrevention });
}

const type = 'google_storage_bucket';

test('a misspelt property does not match', () => {
  const template = Template.of((scope) => bucket(scope, 'good', 'enforced'));
  template.expectEvery(type, { public_access_prevention: 'enforced' });
  expect(() => template.expectEvery(type, { public_acces_prevention: 'enforced' })).toThrow();
});

test('a second, bad resource is seen beside a good one', () => {
  const template = Template.of((scope) => {
    bucket(scope, 'good', 'enforced');
    bucket(scope, 'worse', 'inherited');
  });
  expect(() => template.expectEvery(type, { public_access_prevention: 'enforced' })).toThrow('inherited');
  expect(() => template.only(type)).toThrow('there are 2 of google_storage_bucket');
});

test('nothing is true of resources that are not there', () => {
  const template = Template.of((scope) => bucket(scope, 'good', 'enforced'));
  expect(() => template.expectEvery('google_storage_buckets', {})).toThrow(
    'there is no google_storage_buckets',
  );
});

test('a failing validation of a construct fails the synth', () => {
  class Picky extends Construct {
    constructor(scope: IConstruct & Construct, id: string) {
      super(scope, id);
      this.node.addValidation({ validate: () => ['never content'] });
    }
  }
  expect(() => Template.of((scope) => new Picky(scope, 'picky'))).toThrow('never content');
});
