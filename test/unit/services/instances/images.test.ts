import { describe, expect, it } from 'vitest';
import { containerUserData } from '../../../../lib/services/instances/container-host.ts';
import { catalogueImages, classifyImage } from '../../../../lib/services/instances/images.ts';

const allowed = 'ami-0123456789abcdef0';

describe('an image', () => {
  it.each([
    ['ubuntu-24.04', { kind: 'catalogue', name: 'ubuntu-24.04' }],
    ['al2023', { kind: 'catalogue', name: 'al2023' }],
    [allowed, { kind: 'ami', id: allowed }],
    ['nginx', { kind: 'container', reference: 'nginx' }],
    ['nginx:alpine', { kind: 'container', reference: 'nginx:alpine' }],
    [
      'registry.example.com:5000/team/app:1.2.3',
      { kind: 'container', reference: 'registry.example.com:5000/team/app:1.2.3' },
    ],
    [`app@sha256:${'a'.repeat(64)}`, { kind: 'container', reference: `app@sha256:${'a'.repeat(64)}` }],
  ])('%s is known for what it is', (image, classified) => {
    expect(classifyImage(image, [allowed])).toEqual(classified);
  });

  it.each([
    'ami-0fedcba9876543210',
    'AMI-0123456789abcdef0',
    'Nginx',
    'nginx;reboot',
    'nginx$(reboot)',
    "nginx'",
    'nginx alpine',
    'nginx\n',
    '-nginx',
    'nginx:',
    'a%n',
    '__proto__',
    'constructor ',
  ])('%j is INVALID_INPUT that names the field', (image) => {
    expect(() => classifyImage(image, [allowed])).toThrow(
      expect.objectContaining({
        type: 'INVALID_INPUT',
        issues: [expect.objectContaining({ path: 'image' })],
      }),
    );
  });

  it('of the catalogue has a public parameter for both architectures', () => {
    for (const parameter of Object.values(catalogueImages)) {
      expect(parameter('x86_64')).toMatch(/^\/aws\/service\//);
      expect(parameter('arm64')).not.toBe(parameter('x86_64'));
    }
  });
});

describe('the user data of a container', () => {
  it('publishes its ports and is the same each time', () => {
    const text = containerUserData('nginx:alpine', [
      { host: 8080, container: 80 },
      { host: 443, container: 443 },
    ]);
    expect(text).toContain('--publish 8080:80 --publish 443:443 nginx:alpine');
    expect(text.startsWith('#!/bin/bash\n')).toBe(true);
    expect(containerUserData('nginx:alpine', [])).not.toContain('--publish');
  });
});
