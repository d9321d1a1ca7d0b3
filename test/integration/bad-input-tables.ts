export const long = (length: number): string => 'x'.repeat(length);

/** A launch with which nothing is wrong. */
export const launch = { name: 'x', image: 'ubuntu-24.04' };

const register = { email: 'new@example.com', password: 'Correct-horse-battery-9', name: 'New' };

/** What is wrong, method, path, body, and the path of the field that the answer must name. */
export const badFields: [string, string, string, unknown, string][] = [
  ['no name', 'POST', '/instances', { image: 'al2023' }, 'name'],
  ['no image', 'POST', '/instances', { name: 'x' }, 'image'],
  ['an empty name', 'POST', '/instances', { ...launch, name: '' }, 'name'],
  ['a blank name', 'POST', '/instances', { ...launch, name: '  ' }, 'name'],
  ['a name of 65', 'POST', '/instances', { ...launch, name: long(65) }, 'name'],
  ['a name with a space', 'POST', '/instances', { ...launch, name: 'a b' }, 'name'],
  ['a name with a line end', 'POST', '/instances', { ...launch, name: 'a\nb' }, 'name'],
  ['a name with an umlaut', 'POST', '/instances', { ...launch, name: 'ü' }, 'name'],
  ['a numeric name', 'POST', '/instances', { ...launch, name: 5 }, 'name'],
  ['an empty image', 'POST', '/instances', { ...launch, image: '' }, 'image'],
  ['an image of 257', 'POST', '/instances', { ...launch, image: long(257) }, 'image'],
  ['no known form of image', 'POST', '/instances', { ...launch, image: 'Not An Image' }, 'image'],
  ['an AMI not allowed', 'POST', '/instances', { ...launch, image: 'ami-0123456789abcdef0' }, 'image'],
  ['a malformed vpc_id', 'POST', '/instances', { ...launch, vpc_id: 'vpc-1' }, 'vpc_id'],
  ['a malformed subnet_id', 'POST', '/instances', { ...launch, subnet_id: '1234' }, 'subnet_id'],
  ['volumes not a list', 'POST', '/instances', { ...launch, volumes: {} }, 'volumes'],
  [
    'a volume without path',
    'POST',
    '/instances',
    { ...launch, volumes: [{ volume_id: 'v' }] },
    'volumes.0.mount_path',
  ],
  [
    'a relative mount path',
    'POST',
    '/instances',
    { ...launch, volumes: [{ volume_id: 'v', mount_path: 'data' }] },
    'volumes.0.mount_path',
  ],
  [
    'an unknown instance type',
    'POST',
    '/instances',
    { ...launch, instance_type: 't9.huge' },
    'instance_type',
  ],
  ['tags not text', 'POST', '/instances', { ...launch, tags: { a: 1 } }, 'tags.a'],
  ['tags as a list', 'POST', '/instances', { ...launch, tags: ['a'] }, 'tags'],
  ['a reserved tag', 'POST', '/instances', { ...launch, tags: { 'aws:x': 'y' } }, 'tags.aws:x'],
  ['user data too large', 'POST', '/instances', { ...launch, user_data: long(16_385) }, 'user_data'],
  [
    'user data for a container',
    'POST',
    '/instances',
    { name: 'x', image: 'nginx', user_data: '#!' },
    'user_data',
  ],
  [
    'protection as text',
    'POST',
    '/instances',
    { ...launch, termination_protection: 'yes' },
    'termination_protection',
  ],
  ['a bad e-mail', 'POST', '/auth/register', { ...register, email: 'nobody' }, 'email'],
  [
    'an e-mail over 255',
    'POST',
    '/auth/register',
    { ...register, email: `${long(250)}@example.com` },
    'email',
  ],
  ['a short password', 'POST', '/auth/register', { ...register, password: 'Ab1!' }, 'password'],
  ['a password over 72', 'POST', '/auth/register', { ...register, password: long(73) }, 'password'],
  ['a weak password', 'POST', '/auth/register', { ...register, password: 'Test1234' }, 'password'],
  ['a short user name', 'POST', '/auth/register', { ...register, name: 'x' }, 'name'],
  ['a user name over 100', 'POST', '/auth/register', { ...register, name: long(101) }, 'name'],
  ['no password', 'POST', '/auth/login', { email: 'a@example.com' }, 'password'],
  ['a bad e-mail', 'POST', '/auth/forgot-password', { email: 7 }, 'email'],
  ['no token', 'POST', '/auth/reset-password', { new_password: 'Correct-horse-battery-9' }, 'token'],
  [
    'an unknown token',
    'POST',
    '/auth/reset-password',
    { token: long(64), new_password: 'Correct-horse-9' },
    'token',
  ],
  [
    'a weak new password',
    'POST',
    '/auth/reset-password',
    { token: long(64), new_password: 'password' },
    'new_password',
  ],
  ['a blank key name', 'POST', '/auth/keys', { name: ' ' }, 'name'],
  ['an unknown scope', 'POST', '/auth/keys', { name: 'x', scopes: ['instance:fly'] }, 'scopes.0'],
  ['no scopes at all', 'POST', '/auth/keys', { name: 'x', scopes: [] }, 'scopes'],
  [
    'an end in the past',
    'POST',
    '/auth/keys',
    { name: 'x', expires_at: '2020-01-01T00:00:00Z' },
    'expires_at',
  ],
  ['an end that is no time', 'POST', '/auth/keys', { name: 'x', expires_at: 'tomorrow' }, 'expires_at'],
];

/** `ports` that contract 2.3 does not allow, and the type of the refusal. */
export const badPorts: [string, string, string][] = [
  ['no pair', '80', 'INVALID_PORT_FORMAT'],
  ['letters', 'http:80', 'INVALID_PORT_FORMAT'],
  ['too high a port', '80:65536', 'INVALID_PORT_FORMAT'],
  ['a negative port', '-1:80', 'INVALID_PORT_FORMAT'],
  ['three parts', '1:2:3', 'INVALID_PORT_FORMAT'],
  ['an empty half', '80:', 'INVALID_PORT_FORMAT'],
  ['an empty pair', '80:80,', 'INVALID_PORT_FORMAT'],
  ['a fraction', '80.5:80', 'INVALID_PORT_FORMAT'],
  ['other digits', '８０:80', 'INVALID_PORT_FORMAT'],
  ['a semicolon', '80:80;81:81', 'INVALID_PORT_FORMAT'],
  ['an address', '127.0.0.1:80', 'INVALID_PORT_FORMAT'],
  ['eleven pairs', Array(11).fill('80:80').join(','), 'TOO_MANY_PORTS'],
];

/** Paging parameters of any list, and which of them the answer must name. */
export const badPaging: [string, string][] = [
  ['page=0', 'page'],
  ['page=-1', 'page'],
  ['page=x', 'page'],
  ['page=1.5', 'page'],
  ['page=', 'page'],
  ['page=1000001', 'page'],
  ['page=1&page=2', 'page'],
  ['pageSize=0', 'pageSize'],
  ['pageSize=101', 'pageSize'],
  ['pageSize=1e1', 'pageSize'],
  ['sortBy=size', 'sortBy'],
  ['sortBy=__proto__', 'sortBy'],
  ['sortDir=up', 'sortDir'],
  ['cursor=', 'cursor'],
  ['cursor=garbage', 'cursor'],
  ['cursor=eyJhIjoxfQ', 'cursor'],
  [`q=${long(257)}`, 'q'],
  ['q=%00', 'q'],
  ['page=2&cursor=abc', 'page'],
];

/** Filters of `GET /instances`, the same way. */
export const badFilters: [string, string][] = [
  ['state=FLYING', 'state'],
  ['state=', 'state'],
  ['state=RUNNING&state=STOPPED', 'state'],
  ['nodeId=', 'nodeId'],
  ['tag=nocolon', 'tag'],
  ['tag=', 'tag'],
  [`tag=a:${long(400)}`, 'tag'],
];
