import { describe, expect, it } from 'vitest';
import { gatewayPath } from '../../infra/constructs/api-function.ts';
import { apiFunctions } from '../../lib/services/index.ts';
import { resourcesOf, templates } from './synthesized.ts';

const resources = resourcesOf(templates());
const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
const routes = ofType('AWS::ApiGatewayV2::Route');

describe('the HTTP API', () => {
  it('has exactly the routes that are declared, and one for everything else', () => {
    const declared = Object.values(apiFunctions)
      .flat()
      .map(({ method, path }) => `${method} ${gatewayPath(path)}`);
    expect(routes.map(({ Properties }) => Properties.RouteKey).sort()).toEqual(
      ['$default', ...declared].sort(),
    );
    expect(routes.length).toBeLessThanOrEqual(300);
  });

  it('leads each route to the function that serves it', () => {
    for (const [name, declared] of Object.entries(apiFunctions)) {
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
