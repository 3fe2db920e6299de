import { SharedRequests } from '../../runtime/dashboard/page/shared-requests.ts';

interface Asked {
  readonly address: string;
  readonly signal: AbortSignal;
  answer(body: string): void;
  fail(error: Error): void;
}

function recorded() {
  const asked: Asked[] = [];
  const requests = new SharedRequests((address, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    asked.push({ address, signal, answer: resolve, fail: reject });
    return promise;
  });
  return { asked, requests };
}

test('readers of one address at the same time share a request, later ones and other addresses do not', async () => {
  const { asked, requests } = recorded();
  const first = requests.get('/a');
  const second = requests.get('/a', new AbortController().signal);
  const other = requests.get('/b');
  expect(asked.map(({ address }) => address)).toEqual(['/a', '/b']);
  asked[0]?.answer('a');
  asked[1]?.answer('b');
  expect(await Promise.all([first, second, other])).toEqual(['a', 'a', 'b']);
  const later = requests.get('/a');
  expect(asked).toHaveLength(3);
  asked[2]?.answer('newer');
  expect(await later).toBe('newer');
});

test('a request that failed is told to all that share it and asked again by the next', async () => {
  const { asked, requests } = recorded();
  const both = [requests.get('/a'), requests.get('/a')];
  asked[0]?.fail(new Error('broken'));
  for (const one of both) await expect(one).rejects.toThrow('broken');
  void requests.get('/a');
  expect(asked).toHaveLength(2);
});

test('a request goes on while somebody waits for it, and nobody joins one that was given up', async () => {
  const { asked, requests } = recorded();
  const [one, two] = [new AbortController(), new AbortController()];
  void requests.get('/a', one.signal);
  const stays = requests.get('/a', two.signal);
  one.abort();
  expect(asked[0]?.signal.aborted).toBe(false);
  // As a page does when newer data have come: the first part asks anew before the second has given up.
  const anew = requests.get('/a', new AbortController().signal);
  expect(asked).toHaveLength(2);
  asked[1]?.answer('newer');
  expect(await anew).toBe('newer');
  two.abort();
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.answer('older');
  expect(await stays).toBe('older');
});
