import { describe, expect, it } from 'vitest';
import { createGate } from '../../../../lib/services/auth/gate.ts';
import { hashPassword, verifyPassword } from '../../../../lib/services/auth/password.ts';

const signal = () => AbortSignal.timeout(20_000);

describe('password hashes', () => {
  it('are argon2id with 19 MiB, two passes and one lane, salted, in the PHC format', async () => {
    const [first, second] = await Promise.all([
      hashPassword('a b c', signal()),
      hashPassword('a b c', signal()),
    ]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
  });

  it('match their password only, however its letters are composed', async () => {
    const stored = await hashPassword('Zo\u00eb 123', signal());
    expect(await verifyPassword('Zoe\u0308 123', stored, signal())).toBe(true);
    expect(await verifyPassword('Zoe 123', stored, signal())).toBe(false);
  });

  it('never match where there is no user, after the same work', async () => {
    expect(await verifyPassword('anything', undefined, signal())).toBe(false);
  });

  it('of another form are an error, not a wrong password', async () => {
    await expect(verifyPassword('x', '$2a$10$abc', signal())).rejects.toThrow('unknown form');
  });
});

describe('the gate', () => {
  const deferred = () => Promise.withResolvers<void>();

  it('lets no more through at once than it is made for, and all in the end', async () => {
    const gate = createGate(2);
    let inside = 0;
    let most = 0;
    const work = Array.from({ length: 20 }, () =>
      gate(signal(), async () => {
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
      }),
    );
    await Promise.all(work);
    expect(most).toBe(2);
  });

  it('refuses who gives up waiting, and goes on with the next', async () => {
    const gate = createGate(1);
    const first = deferred();
    const running = gate(signal(), () => first.promise);
    const leaver = new AbortController();
    const leaving = gate(leaver.signal, async () => 'left');
    const staying = gate(signal(), async () => 'stayed');
    leaver.abort();
    await expect(leaving).rejects.toMatchObject({ type: 'UNAVAILABLE' });
    first.resolve();
    await running;
    expect(await staying).toBe('stayed');
  });

  it('goes on after work that failed', async () => {
    const gate = createGate(1);
    await expect(gate(signal(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await gate(signal(), async () => 1)).toBe(1);
  });
});
