import { z } from 'zod';

/** A step's body; which keys it has tells its kind. */
type Body = Readonly<Record<string, unknown>>;
type Step = Readonly<Record<string, Body>>;

const next = z.string().min(1);
const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable is letters, digits and underscores');
const anyExpression = z.string().regex(/^\$\{[\s\S]+\}$/, 'expected an expression');
const steps = z.array(z.record(z.string(), z.record(z.string(), z.unknown()))).min(1);
const inline = {
  next: next.optional(),
  steps: steps.optional(),
  return: z.unknown().optional(),
  raise: z.unknown().optional(),
};
const retryPolicy = z.strictObject({
  predicate: anyExpression.optional(),
  max_retries: z.number().int().positive(),
  backoff: z.strictObject({ initial_delay: z.number(), max_delay: z.number(), multiplier: z.number() }),
});
const loop = {
  value: name,
  index: name.optional(),
  in: z.unknown(),
  range: z.array(z.unknown()).length(2),
  steps,
};

/**
 * Every kind of step of Google Workflows by the key that tells it, with all keys that it may have and the limits on
 * them, from https://cloud.google.com/workflows/docs/reference/syntax and /workflows/quotas.
 */
const kinds: Readonly<Record<string, z.ZodType>> = {
  call: z.strictObject({
    call: z.string().min(1),
    args: z.record(z.string(), z.unknown()).optional(),
    result: name.optional(),
    next: next.optional(),
  }),
  assign: z.strictObject({
    assign: z
      .array(z.record(z.string(), z.unknown()).refine((one) => Object.keys(one).length === 1))
      .min(1)
      .max(50),
    next: next.optional(),
  }),
  switch: z.strictObject({
    switch: z
      .array(z.strictObject({ condition: z.union([anyExpression, z.boolean()]), ...inline }))
      .min(1)
      .max(50),
    next: next.optional(),
  }),
  for: z.strictObject({
    for: z.union([z.strictObject(loop).omit({ range: true }), z.strictObject(loop).omit({ in: true })]),
    next: next.optional(),
  }),
  try: z.strictObject({
    try: z.record(z.string(), z.unknown()),
    retry: z.union([anyExpression, retryPolicy]).optional(),
    except: z.strictObject({ as: name, steps }).optional(),
    next: next.optional(),
  }),
  steps: z.strictObject({ steps, next: next.optional() }),
  return: z.strictObject({ return: z.unknown() }),
  raise: z.strictObject({ raise: z.unknown() }),
  next: z.strictObject({ next }),
};

const subworkflow = z.strictObject({ params: z.array(z.unknown()).optional(), steps });
/** Functions that a step may call: Google's connectors and what the language brings. */
const known = /^(googleapis|http|sys|events)\.[A-Za-z0-9_.]+$/;
/** Limits on a definition, and on an expression in it. */
const limits = { bytes: 128 * 1024, expression: 400 };

class Check {
  readonly faults: string[] = [];
  readonly #subworkflows: readonly string[];

  constructor(subworkflows: readonly string[]) {
    this.#subworkflows = subworkflows;
  }

  /** @param reachable names that a jump from here may lead to */
  list(list: readonly Step[], at: string, seen: Set<string>, reachable: readonly string[]): void {
    const here = list.flatMap((step) => Object.keys(step));
    for (const step of list) {
      const [id, ...others] = Object.keys(step);
      if (id === undefined || others.length > 0)
        this.faults.push(`${at}: a step has one name, got ${[id, ...others]}`);
      if (id === undefined) continue;
      if (seen.has(id)) this.faults.push(`${at}.${id}: there is a step of this name already`);
      seen.add(id);
      this.body(step[id] ?? {}, `${at}.${id}`, seen, [...reachable, ...here]);
    }
  }

  body(body: Body, at: string, seen: Set<string>, reachable: readonly string[]): void {
    const kind = Object.keys(kinds).find((key) => key in body);
    const parsed = kind && kinds[kind]?.safeParse(body);
    if (!parsed) {
      this.faults.push(`${at}: no kind of step has the keys ${Object.keys(body)}`);
      return;
    }
    if (!parsed.success) {
      for (const { path, message } of parsed.error.issues)
        this.faults.push(`${[at, ...path].join('.')}: ${message}`);
      return;
    }
    if (typeof body.call === 'string' && !known.test(body.call) && !this.#subworkflows.includes(body.call))
      this.faults.push(`${at}: nothing is called ${body.call}`);
    this.jump(body.next, at, reachable);
    for (const branch of (body.switch ?? []) as readonly Body[]) {
      this.jump(branch.next, at, reachable);
      if (branch.steps) this.list(branch.steps as readonly Step[], at, seen, reachable);
    }
    // Nobody jumps out of a loop but by the two words made for it.
    const inside = (body.for as { steps?: readonly Step[] } | undefined)?.steps;
    if (inside) this.list(inside, at, seen, ['break', 'continue']);
    if (body.steps) this.list(body.steps as readonly Step[], at, seen, reachable);
    const tried = body.try as Body | undefined;
    if (tried?.steps) this.list(tried.steps as readonly Step[], at, seen, reachable);
    else if (tried) this.body(tried, `${at}.try`, seen, reachable);
    const caught = (body.except as { steps?: readonly Step[] } | undefined)?.steps;
    if (caught) this.list(caught, at, seen, reachable);
  }

  jump(to: unknown, at: string, reachable: readonly string[]): void {
    if (to === undefined || to === 'end' || reachable.includes(String(to))) return;
    this.faults.push(`${at}: no jump from here leads to ${to}`);
  }

  expressions(value: unknown, at: string): void {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) this.expressions(inner, `${at}.${key}`);
    }
    if (typeof value !== 'string' || !value.includes('${')) return;
    const [, text] = /^\$\{([\s\S]*)\}$/.exec(value) ?? [];
    if (text === undefined) this.faults.push(`${at}: an expression is the whole value, got ${value}`);
    else if (text.length > limits.expression)
      this.faults.push(`${at}: an expression has at most 400 characters`);
    else if (!balanced(text)) this.faults.push(`${at}: brackets or quotes are not closed in ${value}`);
  }
}

function balanced(expression: string): boolean {
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  if (/["']/.test(bare)) return false;
  for (const character of bare) {
    if ('([{'.includes(character)) open.push(character);
    if (character in closing && open.pop() !== closing[character]) return false;
  }
  return open.length === 0;
}

/** What Google Workflows would refuse in a definition in JSON, as far as its documentation tells; empty where nothing. */
export function workflowFaults(source: string): readonly string[] {
  if (Buffer.byteLength(source) > limits.bytes) return ['a definition has at most 128 KiB'];
  const definition = z.record(z.string(), subworkflow).safeParse(JSON.parse(source));
  if (!definition.success)
    return definition.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const names = Object.keys(definition.data);
  const check = new Check(names);
  if (!names.includes('main')) check.faults.push('there is no main');
  for (const [id, { steps: list }] of Object.entries(definition.data))
    check.list(list as Step[], id, new Set(), []);
  check.expressions(definition.data, 'definition');
  return check.faults;
}
