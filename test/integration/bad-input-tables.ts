export const long = (length: number): string => 'x'.repeat(length);

/** A launch with which nothing is wrong. */
export const launch = { name: 'x', image: 'ubuntu-24.04' };

/** A balancer with which nothing is wrong but its VPC. */
const balancer = { name: 'x', vpc_id: '01900000-0000-7000-8000-00000000dead', port: 80 };

/** A scaling group with which nothing is wrong but its VPC. */
const group = {
  name: 'x',
  vpc_id: '01900000-0000-7000-8000-00000000dead',
  image: 'al2023',
  min_instances: 1,
  max_instances: 3,
  desired_count: 2,
};

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
  ['no name', 'POST', '/vpcs', {}, 'name'],
  ['a name with a line end', 'POST', '/vpcs', { name: 'a\nb' }, 'name'],
  ['a block that is none', 'POST', '/vpcs', { name: 'x', cidr_block: '10.0.0.0' }, 'cidr_block'],
  ['a block with host bits', 'POST', '/vpcs', { name: 'x', cidr_block: '10.0.0.1/16' }, 'cidr_block'],
  ['a block of /29', 'POST', '/vpcs', { name: 'x', cidr_block: '10.0.0.0/29' }, 'cidr_block'],
  ['a malformed vpc_id', 'POST', '/security-groups', { vpc_id: 'vpc-1', name: 'x' }, 'vpc_id'],
  ['no instance', 'POST', '/security-groups/attach', {}, 'instance_id'],
  ...(
    [
      ['no name', { name: undefined }, 'name'],
      ['a name of 65', { name: long(65) }, 'name'],
      ['no VPC', { vpc_id: undefined }, 'vpc_id'],
      ['a malformed VPC', { vpc_id: 'vpc-1' }, 'vpc_id'],
      ['a malformed balancer', { load_balancer_id: 'lb-1' }, 'load_balancer_id'],
      ['no image', { image: undefined }, 'image'],
      ['no known form of image', { image: 'Not An Image' }, 'image'],
      ['an AMI not allowed', { image: 'ami-0123456789abcdef0' }, 'image'],
      ['a negative least', { min_instances: -1 }, 'min_instances'],
      ['a least above the most', { min_instances: 4 }, 'min_instances'],
      ['no most', { max_instances: undefined }, 'max_instances'],
      ['a most of 0', { max_instances: 0 }, 'max_instances'],
      ['a most of 21', { max_instances: 21 }, 'max_instances'],
      ['no count', { desired_count: undefined }, 'desired_count'],
      ['a count of 0', { desired_count: 0, min_instances: 0 }, 'desired_count'],
      ['a count above the most', { desired_count: 4 }, 'desired_count'],
      ['a count below the least', { min_instances: 3 }, 'desired_count'],
      ['half an instance', { desired_count: 1.5 }, 'desired_count'],
      ['an unknown instance type', { instance_type: 'huge' }, 'instance_type'],
      ['a malformed subnet', { subnet_id: 'subnet-1' }, 'subnet_id'],
      ['a grace of three hours', { health_grace_sec: 10_800 }, 'health_grace_sec'],
    ] as const
  ).map(([what, change, field]): [string, string, string, unknown, string] => [
    what,
    'POST',
    '/autoscaling/groups',
    { ...group, ...change },
    field,
  ]),
  ['no name', 'POST', '/lb', { ...balancer, name: undefined }, 'name'],
  ['a blank name', 'POST', '/lb', { ...balancer, name: '  ' }, 'name'],
  ['a name of 65', 'POST', '/lb', { ...balancer, name: long(65) }, 'name'],
  ['no VPC', 'POST', '/lb', { ...balancer, vpc_id: undefined }, 'vpc_id'],
  ['a malformed VPC', 'POST', '/lb', { ...balancer, vpc_id: 'vpc-1' }, 'vpc_id'],
  ['no port', 'POST', '/lb', { ...balancer, port: undefined }, 'port'],
  ['port 0', 'POST', '/lb', { ...balancer, port: 0 }, 'port'],
  ['too high a port', 'POST', '/lb', { ...balancer, port: 65_536 }, 'port'],
  ['half a port', 'POST', '/lb', { ...balancer, port: 80.5 }, 'port'],
  ['an unknown algorithm', 'POST', '/lb', { ...balancer, algorithm: 'random' }, 'algorithm'],
  [
    'a certificate that is none',
    'POST',
    '/lb',
    { ...balancer, certificate_arn: 'arn:aws:iam::1:x' },
    'certificate_arn',
  ],
  [
    'a check without a slash',
    'POST',
    '/lb',
    { ...balancer, health_check: { path: 'x' } },
    'health_check.path',
  ],
  [
    'too short an interval',
    'POST',
    '/lb',
    { ...balancer, health_check: { interval_seconds: 4 } },
    'health_check.interval_seconds',
  ],
  [
    'one check alone',
    'POST',
    '/lb',
    { ...balancer, health_check: { healthy_threshold: 1 } },
    'health_check.healthy_threshold',
  ],
  ['draining for two hours', 'POST', '/lb', { ...balancer, draining_seconds: 7_200 }, 'draining_seconds'],
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
  ['a volume name of two', 'POST', '/volumes', { name: 'ab', size_gb: 1 }, 'name'],
  ['no size', 'POST', '/volumes', { name: 'data' }, 'size_gb'],
  ['half a GiB', 'POST', '/volumes', { name: 'data', size_gb: 0.5 }, 'size_gb'],
  ['16,001 GiB', 'POST', '/volumes', { name: 'data', size_gb: 16_001 }, 'size_gb'],
  ['an unknown type', 'POST', '/volumes', { name: 'data', size_gb: 1, type: 'floppy' }, 'type'],
  ['too slow a speed', 'POST', '/volumes', { name: 'data', size_gb: 1, iops: 100 }, 'iops'],
  ['no UUID of a volume', 'POST', '/snapshots', { volume_id: 'data' }, 'volume_id'],
  [
    'no interval',
    'POST',
    '/snapshot-schedules',
    { name: 'nightly', volume_id: 'data', interval_hours: 0 },
    'interval_hours',
  ],
  [
    'no time of the day',
    'POST',
    '/snapshot-schedules',
    { name: 'nightly', volume_id: 'data', interval_hours: 1, at: '24:00' },
    'at',
  ],
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

/** Changes of a scaling group of 0 to 2 instances, and the field that the answer must name. */
export const badSizes: [string, unknown, string][] = [
  ['an unknown field', { desired_count: 1, name: 'x' }, 'name'],
  ['nothing to change', {}, 'body'],
  ['a count above the most', { desired_count: 3 }, 'desired_count'],
  ['a least above the most', { min_instances: 3 }, 'min_instances'],
  ['a most of 0', { max_instances: 0 }, 'max_instances'],
  ['an image that is none', { image: 'Not An Image' }, 'image'],
];

/** A policy with which nothing is wrong. */
export const policyInput = {
  name: 'x',
  metric_type: 'cpu',
  target_value: 50,
  scale_out_step: 1,
  scale_in_step: 1,
  cooldown_sec: 60,
};

export const badPolicies: [string, unknown, string][] = [
  ['no name', { ...policyInput, name: undefined }, 'name'],
  ['an unknown metric', { ...policyInput, metric_type: 'disk' }, 'metric_type'],
  ['a target of 0', { ...policyInput, target_value: 0 }, 'target_value'],
  ['a target above 100', { ...policyInput, target_value: 100.5 }, 'target_value'],
  ['no step out', { ...policyInput, scale_out_step: 0 }, 'scale_out_step'],
  ['no step in', { ...policyInput, scale_in_step: undefined }, 'scale_in_step'],
  ['a cool-down of 59', { ...policyInput, cooldown_sec: 59 }, 'cooldown_sec'],
];

const noon = { name: 'x', cron: '0 12 * * *', desired_count: 1 };

export const badScheduledActions: [string, unknown, string][] = [
  ['no name', { ...noon, name: undefined }, 'name'],
  ['no time', { name: 'x', desired_count: 1 }, 'cron'],
  ['two times', { ...noon, at: '2100-01-01T00:00:00Z' }, 'cron'],
  ['no expression', { ...noon, cron: 'at noon' }, 'cron'],
  ['a day that never comes', { ...noon, cron: '0 0 30 2 *' }, 'cron'],
  ['seconds', { ...noon, cron: '0 0 12 * * *' }, 'cron'],
  ['no time zone', { ...noon, time_zone: 'Mars/Olympus' }, 'time_zone'],
  ['a time that is past', { name: 'x', at: '2020-01-01T00:00:00Z', desired_count: 1 }, 'at'],
  ['no size', { name: 'x', cron: '0 12 * * *' }, 'desired_count'],
  ['a least above the most', { ...noon, min_instances: 2, max_instances: 1 }, 'min_instances'],
  ['a count out of bounds', { ...noon, max_instances: 1, desired_count: 2 }, 'desired_count'],
  ['an unknown field', { ...noon, timezone: 'UTC' }, 'timezone'],
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

export const badMetricQueries: [string, string][] = [
  ['from=yesterday', 'from'],
  ['from=2026-01-01T00:00:00', 'from'],
  ['from=2000-01-01T00:00:00Z', 'from'],
  ['from=2100-01-01T00:00:00Z', 'from'],
  ['to=1', 'to'],
  ['to=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z', 'to'],
  ['resolution=', 'resolution'],
  ['resolution=59', 'resolution'],
  ['resolution=90', 'resolution'],
  ['resolution=86460', 'resolution'],
  ['resolution=-60', 'resolution'],
  ['resolution=6e1', 'resolution'],
];
