import { describe, expect, it } from 'vitest';
import { makeAdministrator } from '../../support/administrator.ts';
import { ApiClient } from '../../support/api-client.ts';
import { runEngine } from '../../support/engine.ts';

const password = 'password123';

describe('registration', () => {
  it('by invitation only: a code is good once, for its e-mail', async () => {
    const invited = await runEngine({ registration: 'invite' });
    try {
      const administrator = await makeAdministrator(invited);
      const guest = new ApiClient(invited.url);
      const apply = (email: string, invitation?: string) =>
        guest.post('/auth/register', { email, password, name: 'Guest', invitation });
      const refused = await apply('guest@example.com');
      expect([refused.status, refused.body.error.type]).toEqual([403, 'FORBIDDEN']);
      const made = await administrator.api.post<{ id: string; invitation: string; state: string }>(
        '/admin/invitations',
        { email: 'guest@example.com' },
      );
      expect([made.status, made.data.state]).toEqual([201, 'OPEN']);
      expect((await apply('other@example.com', made.data.invitation)).status).toBe(403);
      expect((await apply('guest@example.com', made.data.invitation)).status).toBe(201);
      expect((await apply('second@example.com', made.data.invitation)).status).toBe(403);
      const { data } =
        await administrator.api.get<{ state: string; invitation?: string }[]>('/admin/invitations');
      expect(data).toEqual([expect.objectContaining({ state: 'USED' })]);
      expect(data[0]).not.toHaveProperty('invitation');
      const open = await administrator.api.post<{ id: string; invitation: string }>('/admin/invitations', {});
      expect((await administrator.api.delete(`/admin/invitations/${open.data.id}`)).status).toBe(204);
      expect((await apply('late@example.com', open.data.invitation)).status).toBe(403);
      const anyone = await administrator.api.post<{ invitation: string }>('/admin/invitations', {});
      const race = await Promise.all(
        ['a', 'b', 'c'].map((name) => apply(`${name}@example.com`, anyone.data.invitation)),
      );
      expect(race.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
    } finally {
      await invited.stop();
    }
  });

  it('closed: nobody registers', async () => {
    const closed = await runEngine({ registration: 'closed' });
    try {
      const answer = await new ApiClient(closed.url).post('/auth/register', {
        email: 'x@example.com',
        password,
        name: 'Nobody',
      });
      expect([answer.status, answer.body.error.type]).toEqual([403, 'FORBIDDEN']);
    } finally {
      await closed.stop();
    }
  });
});
