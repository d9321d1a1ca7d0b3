import type { ApiAnswer } from '../platform/api.ts';
import type { Client } from './client.ts';

/** A revocation holds everywhere within 30 s (`lib/platform/auth/create-authenticator.ts`). */
const revokedMilliseconds = 31_000;
/** Enough to come by every environment that serves the route. */
const reads = 4;

/** Makes a key, uses it, revokes it, and finds that it opens nothing any more. */
export const useKey = async (client: Client): Promise<void> => {
  const { api, scheduler, random, broken } = client.world;
  const made = await api({
    method: 'POST',
    path: '/auth/keys',
    body: { name: `key-${random.between(1, 1_000)}` },
    key: client.tenant.key,
  });
  if (made.status !== 201) return;
  const { id, key } = made.data as { id: string; key: string };
  const read = (): Promise<ApiAnswer> => api({ method: 'GET', path: '/instances', key });
  for (let count = 0; count < reads; count++) {
    const { status } = await read();
    if (status === 401) broken.push(`the key ${id} opens nothing right after it was made`);
    await scheduler.sleep(random.between(0, 2_000));
  }
  const revoked = await client.change('DELETE', `/auth/keys/${id}`, undefined);
  if (revoked?.status !== 204) return;
  await scheduler.sleep(revokedMilliseconds);
  for (let count = 0; count < reads; count++) {
    const { status } = await read();
    if (status < 500 && status !== 401)
      broken.push(`the key ${id} was revoked ${revokedMilliseconds / 1_000} s ago, and answers ${status}`);
  }
};
