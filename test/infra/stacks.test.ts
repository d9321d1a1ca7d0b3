import { describe, expect, it } from 'vitest';
import { apiFunctions } from '../../lib/services/index.ts';
import { resourcesOf, templates } from './synthesized.ts';

const all = templates();
const resources = resourcesOf(all);
const ofType = (type: string) => resources.filter((resource) => resource.Type === type);

/** Workers whose targets have 30 s to answer: architecture 6. */
const callersOfTargets = new Set([
  'the-cloud-dev-worker-deliver',
  'the-cloud-dev-worker-reconcile-cron',
  'the-cloud-dev-worker-reconcile-secrets',
]);
/** It waits for tenants' functions, which may run as long as Lambda lets any. */
const waitsForFunctions = 'the-cloud-dev-worker-invoke';
const longestOf = (name: string): number =>
  name === waitsForFunctions ? 900 : callersOfTargets.has(name) ? 35 : 29;

describe('the stacks', () => {
  it('are state, network, api, workers, edge and observability', () => {
    expect([...all.keys()].sort()).toEqual(['api', 'edge', 'network', 'observability', 'state', 'workers']);
  });

  it.each([...all])('%s holds at most 400 resources', (_, { Resources }) => {
    expect(Object.keys(Resources).length).toBeLessThanOrEqual(400);
  });

  it('tell users where the API is', () => {
    expect(Object.keys(all.get('edge')?.Outputs ?? {})).toContain('ApiUrl');
    expect(Object.keys(all.get('api')?.Outputs ?? {})).toContain('HttpApiUrl');
  });

  it('import only what another stack exports by a fixed name', () => {
    const exported = [...all.values()].flatMap(({ Outputs = {} }) =>
      Object.values(Outputs).flatMap((output) => (output.Export ? [output.Export.Name] : [])),
    );
    const imported = [...JSON.stringify([...all.values()]).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect(exported).toEqual(expect.arrayContaining([...new Set(imported)]));
    expect(exported.every((name) => /^the-cloud-dev:[A-Za-z0-9]+$/.test(name))).toBe(true);
  });

  it('keep every log for a set time', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.filter(({ Properties }) => Properties.RetentionInDays !== 30)).toEqual([]);
  });

  it('give every function a log group, a role, a timeout and arm64', () => {
    const functions = ofType('AWS::Lambda::Function').filter(({ stack }) => stack !== 'network');
    const groups = ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties.LogGroupName);
    const roles = new Set(functions.map(({ Properties }) => JSON.stringify(Properties.Role)));
    expect(roles.size).toBe(functions.length);
    for (const { Properties } of functions) {
      expect(groups).toContain(`/aws/lambda/${Properties.FunctionName}`);
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(Properties.Timeout).toBeLessThanOrEqual(longestOf(Properties.FunctionName));
      expect(JSON.stringify(Properties.Environment).length, 'Lambda takes 4 KB of environment').toBeLessThan(
        3500,
      );
    }
  });
});

describe('the table of record', () => {
  const table = (name: string) =>
    ofType('AWS::DynamoDB::GlobalTable').find(({ Properties }) => Properties.TableName === name);

  it('has point-in-time recovery, deletion protection, a stream with both images, and is kept when the stack goes', () => {
    const record = table('the-cloud-dev-record');
    expect(record).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Replicas: [
          {
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
      },
    });
    expect(record?.Properties.TimeToLiveSpecification).toBeUndefined();
    expect(
      record?.Properties.GlobalSecondaryIndexes.map((index: { IndexName: string }) => index.IndexName),
    ).toEqual(['slim', 'byName', 'work']);
  });

  it('stands beside an ephemeral table with a time to live and without a stream', () => {
    const ephemeral = table('the-cloud-dev-ephemeral');
    expect(ephemeral?.Properties.TimeToLiveSpecification).toEqual({
      AttributeName: 'expires_at',
      Enabled: true,
    });
    expect(ephemeral?.Properties.StreamSpecification).toBeUndefined();
    expect(ephemeral?.Properties.GlobalSecondaryIndexes).toBeUndefined();
  });

  it('can be replaced by one that was restored from a backup', () => {
    const streamArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/restored/stream/2026-01-01T00:00:00.000';
    const restored = templates({ restoredTable: { name: 'restored', streamArn } });
    const text = JSON.stringify([restored.get('api'), restored.get('workers')]);
    expect(text).toContain('"TABLE_NAME":"restored"');
    expect(text).not.toContain('the-cloud-dev-record');
    const sources = resourcesOf(restored).filter(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::EventSourceMapping' && Properties.StartingPosition === 'TRIM_HORIZON',
    );
    expect(sources.length).toBeGreaterThan(0);
    for (const { Properties } of sources) expect(Properties.EventSourceArn).toBe(streamArn);
    // CloudFormation refuses to change an export that another stack imports, as the workers' stack does.
    expect(restored.get('state')?.Outputs).toEqual(templates().get('state')?.Outputs);
    expect(JSON.stringify(restored.get('state'))).toContain('"TableName":"the-cloud-dev-record"');
  });
});

describe('the landing network', () => {
  it('has subnets in two zones, no NAT gateway, and takes the rules of its default group away', () => {
    expect(ofType('AWS::EC2::Subnet')).toHaveLength(2);
    expect(
      new Set(ofType('AWS::EC2::Subnet').map(({ Properties }) => JSON.stringify(Properties.AvailabilityZone)))
        .size,
    ).toBe(2);
    expect(ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(ofType('Custom::VpcRestrictDefaultSG')).toHaveLength(1);
    expect(ofType('AWS::EC2::FlowLog')).toHaveLength(1);
  });
});

describe('the edge', () => {
  const config = ofType('AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig;

  it('speaks HTTPS only, to viewers and to the API', () => {
    expect(config.DefaultCacheBehavior.ViewerProtocolPolicy).toBe('https-only');
    expect(config.Origins[0].CustomOriginConfig).toMatchObject({
      OriginProtocolPolicy: 'https-only',
      OriginSSLProtocols: ['TLSv1.2'],
    });
  });

  it('proves itself with the secret that the API functions are given', () => {
    const header = config.Origins[0].OriginCustomHeaders[0];
    const given = ofType('AWS::Lambda::Function')
      .filter(({ stack }) => stack === 'api')
      .map(({ Properties }) => Properties.Environment.Variables.ORIGIN_SECRET);
    expect(header.HeaderName).toBe('x-origin-verify');
    expect(JSON.stringify(header.HeaderValue)).toContain('{{resolve:secretsmanager:');
    expect(given).toHaveLength(Object.keys(apiFunctions).length);
    for (const secret of given) expect(secret).toEqual(header.HeaderValue);
  });

  it('writes address, host and query of the viewer over whatever a viewer sent under those names', () => {
    const [association] = config.DefaultCacheBehavior.FunctionAssociations;
    expect(association.EventType).toBe('viewer-request');
    const code = ofType('AWS::CloudFront::Function')[0]?.Properties.FunctionCode;
    const handler = new Function(`${code}\nreturn handler;`)();
    const headersOf = (query: string) =>
      handler({
        viewer: { ip: '192.0.2.7' },
        request: {
          rawQueryString: () => query,
          headers: {
            host: { value: 'cloud.example.com' },
            'x-viewer-address': { value: '10.0.0.1:1' },
            'x-viewer-host': { value: 'evil.example' },
            'x-viewer-query': { value: 'forged' },
          },
        },
      }).headers;
    const written = {
      host: { value: 'cloud.example.com' },
      'x-viewer-address': { value: '192.0.2.7:0' },
      'x-viewer-host': { value: 'cloud.example.com' },
    };
    expect(headersOf('a=%27&b')).toEqual({ ...written, 'x-viewer-query': { value: 'a=%27&b' } });
    expect(headersOf('')).toEqual(written);
  });

  it('passes everything on but the viewer’s Host, and caches nothing', () => {
    expect(config.DefaultCacheBehavior).toMatchObject({
      // Managed-AllViewerExceptHostHeader and Managed-CachingDisabled
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    });
  });

  it('has a firewall and a host name of its own where the operator wants them', () => {
    const wanted = resourcesOf(
      templates({
        waf: true,
        customDomain: {
          name: 'cloud.example.com',
          certificateArn:
            'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
          hostedZoneId: 'Z123',
        },
      }),
    );
    const types = wanted.map(({ Type }) => Type);
    expect(types.filter((type) => type === 'AWS::Route53::RecordSet')).toHaveLength(2);
    expect(types).toContain('AWS::WAFv2::WebACL');
    const distribution = wanted.find(({ Type }) => Type === 'AWS::CloudFront::Distribution')?.Properties
      .DistributionConfig;
    expect(distribution.Aliases).toEqual(['cloud.example.com']);
    expect(distribution.ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021');
    expect(ofType('AWS::WAFv2::WebACL')).toEqual([]);
  });
});
