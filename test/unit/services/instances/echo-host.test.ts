import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { maxUserDataBytes } from '../../../../lib/services/instances/schema.ts';
import { openPortsOf, userDataOf } from '../../../../lib/services/instances/workload.ts';
import { httpEchoPairs } from '../../../../local/aws/ec2/workloads/http-echo.ts';

const userData = (ports: string | undefined, image = 'http-echo'): string =>
  userDataOf({ name: 'web-1', image, ports }, undefined) ?? '';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('the user data of http-echo', () => {
  it('serves each published host port by a unit of its own', () => {
    expect(userData('8001:80,8002:81')).toContain(
      'systemctl enable --now http-echo@8001.service http-echo@8002.service\n',
    );
  });

  it('enables nothing where nothing is published', () => {
    expect(userData(undefined)).not.toContain('enable --now');
  });

  it('needs no container runtime', () => {
    expect(userData('80:80')).not.toMatch(/docker|dnf/);
  });

  it('says what it is in one line of JSON, with the instance’s name', () => {
    const [line] = userData('8001:80')
      .split('\n')
      .filter((text) => text.startsWith('{'));
    expect(JSON.parse(line ?? '')).toEqual({
      workload: 'http-echo',
      name: 'web-1',
      ports: [{ host: 8001, container: 80 }],
    });
  });

  it('is a script that a shell can read', () => {
    expect(spawnSync('bash', ['-n'], { input: userData('8001:80') })).toMatchObject({ status: 0 });
  });

  it('fits into EC2’s 16 KB with as many ports as an instance may have', () => {
    const ports = Array.from({ length: 10 }, (_, index) => `${60_000 + index}:${60_000 + index}`).join(',');
    expect(Buffer.byteLength(userData(ports))).toBeLessThan(maxUserDataBytes);
  });

  it('opens the host ports, as for a container', () => {
    expect(openPortsOf({ image: 'http-echo', ports: '8001:80,0:81' })).toEqual([81, 8001]);
  });

  it('is the same for the same instance, as a launch’s token demands', () => {
    expect(userData('0:80')).toBe(userData('0:80'));
  });
});

describe('the local engine', () => {
  it.each([
    [
      'knows the platform’s http-echo',
      userData('8001:80,0:81'),
      [
        [8001, 80],
        [81, 81],
      ],
    ],
    ['knows one that publishes nothing', userData(undefined), []],
    ['takes a container for something else', userData('8001:80', 'nginx'), undefined],
    ['takes other JSON for something else', '{"workload":"other","ports":[]}', undefined],
    ['takes a brace for something else', '{ echo; }', undefined],
    [
      'takes a port out of bounds for something else',
      '{"workload":"http-echo","ports":[{"host":0,"container":80}]}',
      undefined,
    ],
  ])('%s', (_, text, pairs) => {
    expect(httpEchoPairs(base64(text))?.map(({ host, container }) => [host, container])).toEqual(pairs);
  });
});
