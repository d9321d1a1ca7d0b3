import { afterEach, describe, expect, it, vi } from 'vitest';
import { config } from '../../../lib/app/config.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the environment of a function', () => {
  it.each([
    ['text as it is', 'STAGE', 'dev', 'dev'],
    ['text that is empty', 'ORIGIN_SECRET', '', ''],
    ['one of several words', 'REGISTRATION', 'invite', 'invite'],
    ['what may be left out', 'CLOUD_ALLOW_LOOPBACK_TARGETS', undefined, undefined],
    ['a list', 'ZONES', '["us-east-1a"]', ['us-east-1a']],
    ['an object', 'RATE_LIMIT', '{"requestsPerSecond":1.5,"burst":2}', { requestsPerSecond: 1.5, burst: 2 }],
    ['numbers by name', 'DEFAULT_QUOTAS', '{"instances":0,"vcpus":40}', { instances: 0, vcpus: 40 }],
  ] as const)('has %s', (_, name, given, value) => {
    vi.stubEnv(name, given);
    expect(config(name)).toEqual({ [name]: value });
  });

  it.each([
    ['text that is not there', 'STAGE', undefined, 'missing'],
    ['a word that is none of them', 'REGISTRATION', 'Open', 'open, invite, closed'],
    ['a word that is not there', 'REGISTRATION', undefined, 'open, invite, closed'],
    ['JSON that is not there', 'ZONES', undefined, 'missing'],
    ['what is not JSON', 'ZONES', '[', 'JSON'],
    ['a list with nothing in it', 'ZONES', '[]', 'too_small'],
    ['a negative quota', 'DEFAULT_QUOTAS', '{"instances":-1}', 'instances'],
    ['a rate of nothing', 'RATE_LIMIT', '{"requestsPerSecond":0,"burst":2}', 'requestsPerSecond'],
    ['an object without a field', 'RATE_LIMIT', '{"requestsPerSecond":1}', 'burst'],
  ] as const)('refuses %s, and says which variable it is', (_, name, given, reason) => {
    vi.stubEnv(name, given);
    expect(() => config(name)).toThrow(new RegExp(`not complete: ${name}: .*${reason}`, 's'));
  });

  it('names everything that is wrong at once', () => {
    vi.stubEnv('STAGE', undefined);
    vi.stubEnv('ZONES', '{}');
    vi.stubEnv('HOME_ZONE', 'us-east-1a');
    expect(() => config('STAGE', 'ZONES', 'HOME_ZONE')).toThrow(/STAGE: .*; ZONES: (?!.*HOME_ZONE)/s);
  });
});
