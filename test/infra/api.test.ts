import { describe, expect, it } from 'vitest';
import { gatewayPath } from '../../infra/constructs/api-function.ts';
import { firstSegments } from '../../infra/constructs/rest-function.ts';
import { type ApiFunction, apiFunctions, restFunctions } from '../../lib/services/index.ts';
import { resourcesOf, templates } from './synthesized.ts';

const resources = resourcesOf(templates());
const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
const routes = ofType('AWS::ApiGatewayV2::Route');

const ofHttpApi = Object.entries(apiFunctions).filter(
  ([name]) => !restFunctions.includes(name as ApiFunction),
);

describe('the HTTP API', () => {
  it('has exactly the routes that are declared, and one for everything else', () => {
    const declared = ofHttpApi
      .flatMap(([, list]) => list)
      .map(({ method, path }) => `${method} ${gatewayPath(path)}`);
    expect(routes.map(({ Properties }) => Properties.RouteKey).sort()).toEqual(
      ['$default', ...declared].sort(),
    );
    expect(routes.length).toBeLessThanOrEqual(300);
  });

  it('leads each route to the function that serves it', () => {
    for (const [name, declared] of ofHttpApi) {
      for (const { method, path } of declared) {
        const route = routes.find(
          ({ Properties }) => Properties.RouteKey === `${method} ${gatewayPath(path)}`,
        );
        const integration = resources.find(({ id }) => id === route?.Properties.Target['Fn::Join'][1][1].Ref);
        const target = resources.find(
          ({ id }) => id === integration?.Properties.IntegrationUri['Fn::GetAtt'][0],
        );
        expect(target?.Properties.FunctionName).toBe(`the-cloud-dev-api-${name}`);
      }
    }
  });

  it('may invoke each function by one permission for all its routes', () => {
    const withRoutes = Object.values(apiFunctions).filter((declared) => declared.length > 0).length;
    const permissions = ofType('AWS::Lambda::Permission').filter(({ stack }) => stack === 'api');
    const functions = new Set(permissions.map(({ Properties }) => JSON.stringify(Properties.FunctionName)));
    expect(permissions).toHaveLength(functions.size);
    expect(functions.size).toBeGreaterThanOrEqual(withRoutes);
    for (const { Properties } of permissions) expect(JSON.stringify(Properties.SourceArn)).toContain('/*/*');
  });

  it('limits requests, writes an access log in JSON, and leaves CORS to the functions', () => {
    const [stage] = ofType('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 2000,
      ThrottlingBurstLimit: 4000,
    });
    expect(JSON.parse(stage?.Properties.AccessLogSettings.Format)).toMatchObject({
      requestId: '$context.requestId',
    });
    expect(ofType('AWS::ApiGatewayV2::Api')[0]?.Properties.CorsConfiguration).toBeUndefined();
  });

  it.each([
    ['/instances/:id', '/instances/{id}'],
    ['/vpcs/:vpc_id/subnets/:id', '/vpcs/{vpc_id}/subnets/{id}'],
    ['/swagger/*', '/swagger/{proxy+}'],
    ['/.well-known/jwks.json', '/.well-known/jwks.json'],
  ])('writes %s as %s', (declared, written) => {
    expect(gatewayPath(declared)).toBe(written);
  });
});

describe('the REST API', () => {
  const [api] = ofType('AWS::ApiGateway::RestApi');
  const methods = ofType('AWS::ApiGateway::Method');
  const pathOf = (id: string): string => {
    const resource = ofType('AWS::ApiGateway::Resource').find((one) => one.id === id);
    return resource ? `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}` : '';
  };

  it('passes bodies of every type as they are, and asks no authorizer', () => {
    expect(api?.Properties.BinaryMediaTypes).toEqual(['*/*']);
    for (const { Properties } of methods)
      expect(Properties).toMatchObject({ HttpMethod: 'ANY', AuthorizationType: 'NONE' });
    expect(ofType('AWS::ApiGateway::Stage')[0]?.Properties.StageName).toBe('edge');
  });

  it('leads all below the first segments of its functions to them', () => {
    const segments = restFunctions.flatMap((name) => firstSegments(apiFunctions[name]));
    expect(methods.map(({ Properties }) => pathOf(Properties.ResourceId.Ref)).sort()).toEqual(
      segments.flatMap((segment) => [`/${segment}`, `/${segment}/{proxy+}`]).sort(),
    );
  });

  it('answers what it answers itself in our envelope', () => {
    const responses = ofType('AWS::ApiGateway::GatewayResponse');
    expect(responses.map(({ Properties }) => Properties.ResponseType)).toEqual(
      expect.arrayContaining([
        'DEFAULT_4XX',
        'DEFAULT_5XX',
        'REQUEST_TOO_LARGE',
        'MISSING_AUTHENTICATION_TOKEN',
      ]),
    );
    for (const { Properties } of responses) {
      const { error, meta } = JSON.parse(Properties.ResponseTemplates['application/json']);
      expect(error).toEqual({ type: expect.any(String), message: expect.any(String), code: error.type });
      expect(meta).toEqual({ request_id: '$context.requestId' });
    }
  });

  it('is reached through the edge, with its stage before every path', () => {
    const [distribution] = ofType('AWS::CloudFront::Distribution');
    const { CacheBehaviors, Origins } = distribution?.Properties.DistributionConfig ?? {};
    const segments = restFunctions.flatMap((name) => firstSegments(apiFunctions[name]));
    const patterns = CacheBehaviors.map((one: { PathPattern: string }) => one.PathPattern);
    expect(patterns.sort()).toEqual(segments.flatMap((one) => [`/${one}`, `/${one}/*`]).sort());
    for (const { TargetOriginId } of CacheBehaviors) {
      const origin = Origins.find(({ Id }: { Id: string }) => Id === TargetOriginId);
      expect(origin).toMatchObject({ OriginPath: '/edge' });
      expect(JSON.stringify(origin.OriginCustomHeaders)).toContain('x-origin-verify');
    }
  });
});
