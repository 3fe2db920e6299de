import { workflowFaults } from './workflow-syntax.ts';

const faults = (steps: readonly unknown[], others = {}) =>
  workflowFaults(JSON.stringify({ main: { steps }, ...others }));

test('what the language has is taken', () => {
  const steps = [
    { set: { assign: [{ a: 1 }, { 'b.c': `\${a + len("(")}` }] } },
    {
      each: {
        for: {
          value: 'v',
          in: `\${[1, 2]}`,
          steps: [
            { stop: { switch: [{ condition: `\${v == 2}`, next: 'break' }] } },
            { go: { call: 'twice', args: { v: `\${v}` }, result: 'r', next: 'continue' } },
          ],
        },
      },
    },
    {
      attempt: {
        try: { call: 'http.get', args: { url: 'https://example.com' } },
        retry: `\${http.default_retry}`,
        except: { as: 'e', steps: [{ again: { raise: `\${e}` } }] },
      },
    },
    { choose: { switch: [{ condition: true, next: 'end' }], next: 'set' } },
    { last: { return: `\${a}` } },
  ];
  expect(faults(steps, { twice: { params: ['v'], steps: [{ set: { return: `\${v * 2}` } }] } })).toEqual([]);
});

test.each([
  ['a key of no kind of step', [{ a: { call: 'sys.log', arguments: {} } }], /main\.a: .*arguments/],
  ['no kind at all', [{ a: { args: {} } }], /no kind of step has the keys args/],
  ['two names in a step', [{ a: { return: 1 }, b: { return: 1 } }], /a step has one name, got a,b/],
  ['a name twice', [{ a: { next: 'end' } }, { a: { return: 1 } }], /main\.a: there is a step of this name/],
  ['a jump to nowhere', [{ a: { next: 'b' } }], /no jump from here leads to b/],
  [
    'a jump out of a loop',
    [{ a: { for: { value: 'v', in: [1], steps: [{ b: { next: 'c' } }] } } }, { c: { return: 1 } }],
    /main\.a\.b: no jump from here leads to c/,
  ],
  ['break without a loop', [{ a: { next: 'break' } }], /leads to break/],
  ['a call of nothing', [{ a: { call: 'runs.job' } }], /nothing is called runs\.job/],
  [
    'a condition that is no expression',
    [{ a: { switch: [{ condition: 'x', next: 'end' }] } }],
    /expected an expression/,
  ],
  ['an open bracket', [{ a: { return: `\${len(x}` } }], /not closed/],
  ['an open quote', [{ a: { return: `\${x == "}` } }], /not closed/],
  ['half a text, half an expression', [{ a: { return: `x \${y}` } }], /the whole value/],
  ['a long expression', [{ a: { return: `\${${'x+'.repeat(200)}1}` } }], /400 characters/],
  ['no steps', [], /main\.steps/],
])('%s is a fault', (_name, steps, fault) => {
  expect(faults(steps).join('\n')).toMatch(fault);
});

test('without a main, or with something else in it, there is a fault', () => {
  expect(workflowFaults('{"other":{"steps":[{"a":{"return":1}}]}}')).toEqual(['there is no main']);
  expect(workflowFaults('{"main":{"step":[]}}').join('\n')).toMatch(/main: .*step/);
});
