import { createHmac, generateKeyPairSync } from 'node:crypto';
import { type CryptoKey, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityKeys, Session, SigningKey } from '../../../../lib/platform/auth/records.ts';
import { createSealer } from '../../../../lib/platform/auth/sealer.ts';
import { signingPeriod } from '../../../../lib/platform/auth/signing-period.ts';
import { collect } from '../../../support/collect.ts';
import {
  failureOf,
  issuer,
  password,
  publicCaller,
  secret,
  startIdentity,
} from '../../services/auth/harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
let own: { kid: string; key: CryptoKey; publicJwk: object };
let user: string;
let sid: string;

beforeAll(async () => {
  identity = await startIdentity();
  const registered = await identity.register();
  user = registered.id;
  const { refresh_token } = await identity.auth.issueTokens(publicCaller(), {
    email: registered.email,
    password,
  });
  sid = refresh_token.slice(0, 32);
  const [item] = await collect(identity.tables.query({ partition: identityKeys.signingKeys }));
  const { kid, public_jwk, sealed_private_jwk } = SigningKey.parse(item);
  const jwk = JSON.parse(await createSealer(secret, 'signing-keys').open(sealed_private_jwk));
  own = { kid, key: (await importJWK(jwk, 'EdDSA')) as CryptoKey, publicJwk: public_jwk };
});
afterAll(() => identity.stop());

const seconds = () => Math.floor(identity.time.now / 1000);
const goodHeader = () => ({ alg: 'EdDSA', typ: 'at+jwt', kid: own.kid });
const goodClaims = () => ({
  sub: user,
  sid,
  jti: 'one',
  iss: issuer,
  aud: 'thecloud-api',
  iat: seconds(),
  exp: seconds() + 900,
});

const sign = (header: object, claims: object, key: CryptoKey | Uint8Array = own.key) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', ...header }).sign(key);

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const without = (name: string) =>
  Object.fromEntries(Object.entries(goodClaims()).filter(([key]) => key !== name));
const stranger = () => generateKeyPairSync('ed25519').privateKey;

const tried = (bearer: string) =>
  identity.authenticator.authenticate({ bearer }, AbortSignal.timeout(20_000));

describe('access tokens', () => {
  it('pass where all is right', async () => {
    expect((await tried(await sign(goodHeader(), goodClaims()))).user).toBe(user);
  });

  const forgeries: [string, () => Promise<string> | string][] = [
    ['alg none', () => `${encoded({ ...goodHeader(), alg: 'none' })}.${encoded(goodClaims())}.`],
    [
      'HS256 under the public key',
      () => {
        const text = `${encoded({ ...goodHeader(), alg: 'HS256' })}.${encoded(goodClaims())}`;
        const mac = createHmac('sha256', JSON.stringify(own.publicJwk)).update(text).digest('base64url');
        return `${text}.${mac}`;
      },
    ],
    [
      'ES256, by its header only',
      async () => {
        const token = await sign(goodHeader(), goodClaims());
        return [encoded({ ...goodHeader(), alg: 'ES256' }), ...token.split('.').slice(1)].join('.');
      },
    ],
    ["a stranger's signature under our key id", () => sign(goodHeader(), goodClaims(), stranger() as never)],
    ['an unknown key id', () => sign({ ...goodHeader(), kid: 'unknown' }, goodClaims())],
    ['no key id', () => sign({ alg: 'EdDSA', typ: 'at+jwt' }, goodClaims())],
    [
      'a key in its own header',
      () => sign({ ...goodHeader(), kid: undefined, jwk: own.publicJwk }, goodClaims()),
    ],
    ['another audience', () => sign(goodHeader(), { ...goodClaims(), aud: 'other' })],
    ['no audience', () => sign(goodHeader(), without('aud'))],
    ['another issuer', () => sign(goodHeader(), { ...goodClaims(), iss: 'thecloud:other' })],
    ['no issuer', () => sign(goodHeader(), without('iss'))],
    [
      'an end in the past',
      () => sign(goodHeader(), { ...goodClaims(), iat: seconds() - 907, exp: seconds() - 7 }),
    ],
    ['no end', () => sign(goodHeader(), without('exp'))],
    [
      'an end too far away',
      () => sign(goodHeader(), { ...goodClaims(), iat: seconds() - 1_000, exp: seconds() + 9_000 }),
    ],
    ['a beginning in the future', () => sign(goodHeader(), { ...goodClaims(), nbf: seconds() + 60 })],
    [
      'an issue in the future',
      () => sign(goodHeader(), { ...goodClaims(), iat: seconds() + 60, exp: seconds() + 900 }),
    ],
    ['no time of issue', () => sign(goodHeader(), without('iat'))],
    ['no token id', () => sign(goodHeader(), without('jti'))],
    ['no user', () => sign(goodHeader(), without('sub'))],
    ['another type', () => sign({ ...goodHeader(), typ: 'JWT' }, goodClaims())],
    ['an unknown family', () => sign(goodHeader(), { ...goodClaims(), sid: 'f'.repeat(32) })],
    ['no family', () => sign(goodHeader(), without('sid'))],
    [
      "another user's family",
      () => sign(goodHeader(), { ...goodClaims(), sub: '00000000-0000-7000-8000-000000000000' }),
    ],
    [
      'a changed payload',
      async () => {
        const [header, , signature] = (await sign(goodHeader(), goodClaims())).split('.');
        return `${header}.${encoded({ ...goodClaims(), jti: 'two' })}.${signature}`;
      },
    ],
    [
      'a critical header that nobody understands',
      () => `${encoded({ ...goodHeader(), crit: ['x'], x: 1 })}.${encoded(goodClaims())}.AA`,
    ],
    ['no dots', () => 'nonsense'],
    ['nothing', () => ''],
  ];

  it.each(forgeries)('are refused with %s', async (_, forge) => {
    await expect(tried(await forge())).rejects.toMatchObject({
      type: 'UNAUTHORIZED',
      message: 'the API key or token is missing, unknown, expired or revoked',
    });
  });

  it('are refused when signed by a key whose period is over', async () => {
    const { tables } = identity;
    const period = signingPeriod(identity.time.now) - 2;
    const [item] = await collect(tables.query({ partition: identityKeys.signingKeys }));
    await tables.write({ put: { ...item, ...identityKeys.signingKey('old'), kid: 'old', period } as never });
    identity.time.now += 6_000;
    expect(await failureOf(tried(await sign({ ...goodHeader(), kid: 'old' }, goodClaims())))).toBe(
      'UNAUTHORIZED',
    );
  });

  it('cost one read of the keys within seconds, however many unknown key ids come', async () => {
    identity.time.now += 6_000;
    identity.database.consumed.length = 0;
    for (let i = 0; i < 10; i++)
      await failureOf(tried(await sign({ ...goodHeader(), kid: `unknown-${i}` }, goodClaims())));
    expect(identity.database.consumed.filter(({ operation }) => operation === 'Query')).toHaveLength(1);
  });

  it('keep only a hash of the refresh token in the session', async () => {
    const session = Session.parse(await identity.tables.get(identityKeys.session(sid)));
    expect(session.token_hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
