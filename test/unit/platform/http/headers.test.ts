import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type Route, route } from '../../../../lib/platform/http/route.ts';
import { served } from './harness.ts';

const Part = z.object({ id: z.string() });
const declare = route<null>();
const routes: Route<null>[] = [
  declare({
    method: 'POST',
    path: '/wholes/:whole/parts',
    permission: 'public',
    idempotent: { exempt: 'a test' },
    summary: 'Create',
    responds: { status: 201, body: Part },
    handle: async () => ({ id: '7' }),
  }),
  declare({
    method: 'DELETE',
    path: '/wholes/:whole/parts/:id',
    permission: 'public',
    idempotent: { exempt: 'a test' },
    summary: 'Delete',
    responds: { status: 204, body: 'empty' },
    handle: async () => {},
  }),
  declare({
    method: 'POST',
    path: '/unplaced',
    permission: 'public',
    idempotent: { exempt: 'a test' },
    summary: 'Create what has no path of its own',
    responds: { status: 201, body: Part },
    handle: async () => ({ id: '7' }),
  }),
];
const app = served(routes, null);

describe('Location', () => {
  it('is made of the route and its parameters', async () => {
    const answer = await app.call({ path: '/wholes/a/parts', method: 'POST' });
    expect(answer.headers.Location).toBe('/wholes/a/parts/7');
  });

  it('can not be broken by what was sent, as the gateway decodes paths', async () => {
    const answer = await app.call({ path: '/wholes/a\r\nSet-Cookie: x=1/parts', method: 'POST' });
    expect(answer.headers.Location).toBe('/wholes/a%0D%0ASet-Cookie%3A%20x%3D1/parts/7');
  });

  it('is left out where nothing is found below the path', async () => {
    const answer = await app.call({ path: '/unplaced', method: 'POST' });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).not.toHaveProperty('Location');
  });
});
