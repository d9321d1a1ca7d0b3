import { describe, expect, it } from 'vitest';
import { formatPorts, parsePorts, publishedPorts } from '../../../../lib/services/instances/ports.ts';

describe('a ports string', () => {
  it.each([
    ['80:80', [[80, 80]]],
    ['0:65535', [[0, 65_535]]],
    [
      '8080:80, 8443:443',
      [
        [8080, 80],
        [8443, 443],
      ],
    ],
    ['080:80', [[80, 80]]],
    ['1:1,2:2,3:3,4:4,5:5,6:6,7:7,8:8,9:9,10:10', Array.from({ length: 10 }, (_, i) => [i + 1, i + 1])],
  ])('%s is read', (text, pairs) => {
    expect(parsePorts(text)).toEqual(pairs.map(([host, container]) => ({ host, container })));
  });

  it.each([
    '80',
    '80:',
    ':80',
    '80:80:80',
    '80:80,',
    ',80:80',
    '-1:80',
    '80:65536',
    '99999999999999999999:1',
    '0x50:80',
    '8e1:80',
    '٨٠:80',
    '80:80/tcp',
    '127.0.0.1:80:80',
    '80 :80',
  ])('%j is INVALID_PORT_FORMAT', (text) => {
    expect(() => parsePorts(text)).toThrow(expect.objectContaining({ type: 'INVALID_PORT_FORMAT' }));
  });

  it('with eleven pairs is TOO_MANY_PORTS', () => {
    const text = Array.from({ length: 11 }, (_, i) => `${i}:${i}`).join(',');
    expect(() => parsePorts(text)).toThrow(
      expect.objectContaining({ type: 'TOO_MANY_PORTS', kind: 'conflict' }),
    );
  });

  it('is written back without blanks', () => {
    expect(formatPorts(parsePorts('8080:80, 0:22'))).toBe('8080:80,0:22');
  });
});

describe('published ports', () => {
  it.each([
    ['a host port is kept', '8080:80', '8080:80'],
    ['host port 0 becomes the container’s own', '0:80', '80:80'],
    ['host port 0 avoids one that another pair asks for', '80:8080,0:80', '80:8080,81:80'],
    ['also one that a later pair asks for', '0:80,80:8080', '81:80,80:8080'],
    ['two of the same container port get different host ports', '0:80,0:80', '80:80,81:80'],
    ['a repeated host port is published once', '80:80,80:81', '80:80'],
    ['container port 0 publishes nothing', '80:0', ''],
    ['0:0 publishes nothing', '0:0', ''],
    ['the search goes round at the end', '65535:1,0:65535', '65535:1,1:65535'],
  ])('%s', (_, asked, published) => {
    expect(formatPorts(publishedPorts(parsePorts(asked)))).toBe(published);
  });
});
