import { expect, it } from 'vitest';
import { apart } from '../../../lib/app/apart.ts';

const answering = (body: string) => async () => ({ statusCode: 200, body }) as never;

it.each([
  ['/lb', 'balancers'],
  ['/lb/', 'balancers'],
  ['/lb/x/targets', 'balancers'],
  ['/lbs', 'networks'],
  ['/vpcs/lb', 'networks'],
  ['/', 'networks'],
])('%s is served by the part of %s, which is loaded for it alone', async (rawPath, part) => {
  let loads = 0;
  const handler = apart(answering('networks'), {
    '/lb': async () => {
      loads += 1;
      return { handler: answering('balancers') };
    },
  });
  expect(await handler({ rawPath } as never, {} as never)).toMatchObject({ body: part });
  expect(loads).toBe(part === 'balancers' ? 1 : 0);
});
