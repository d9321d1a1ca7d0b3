import { localRegion } from '../account.ts';
import type { Cloud } from '../cloud.ts';
import { HttpApi } from '../http/http-api.ts';
import { TemplateError } from '../template/template-error.ts';
import { asNumber, asRecord, asString } from './property.ts';
import type { Provider } from './provider.ts';

const apiOf = (properties: Record<string, unknown>, { apis }: Cloud): HttpApi => {
  const api = apis.get(String(properties.ApiId));
  if (!api) throw new TemplateError(`there is no HTTP API ${properties.ApiId}`);
  return api;
};

/** `AWS::ApiGatewayV2::Api` with protocol HTTP. */
export const httpApi: Provider = ({ properties, logicalId, stack }, { apis }) => {
  if (properties.ProtocolType !== 'HTTP')
    throw new TemplateError(
      `${stack.name}.${logicalId}: the engine serves HTTP APIs, not ${properties.ProtocolType}`,
    );
  if (properties.CorsConfiguration)
    throw new TemplateError(
      `${stack.name}.${logicalId}: CORS is the functions’ own; the engine knows no gateway CORS`,
    );
  const id = logicalId.toLowerCase();
  apis.set(id, new HttpApi(id));
  const endpoint = `https://${id}.execute-api.${localRegion}.amazonaws.com`;
  return { ref: id, attributes: { ApiId: id, ApiEndpoint: endpoint } };
};

/** `AWS::ApiGatewayV2::Integration` with a function, payload format 2.0. */
export const httpIntegration: Provider = ({ properties, logicalId, stack }, cloud) => {
  const { IntegrationType: type, PayloadFormatVersion: format } = properties;
  if (type !== 'AWS_PROXY' || String(format ?? '1.0') !== '2.0')
    throw new TemplateError(
      `${stack.name}.${logicalId}: only AWS_PROXY with payload format 2.0 runs locally`,
    );
  const id = logicalId.toLowerCase();
  apiOf(properties, cloud).integrations.set(id, {
    target: cloud.functions.get(String(properties.IntegrationUri)),
    timeoutMilliseconds: asNumber(properties.TimeoutInMillis) ?? 30_000,
  });
  return { ref: id, attributes: { IntegrationId: id } };
};

/** `AWS::ApiGatewayV2::Route` without an authorizer of the gateway. */
export const httpRoute: Provider = ({ properties, logicalId, stack }, cloud) => {
  if ((properties.AuthorizationType ?? 'NONE') !== 'NONE')
    throw new TemplateError(`${stack.name}.${logicalId}: the engine has no authorizers`);
  apiOf(properties, cloud).routes.add({
    routeKey: String(properties.RouteKey),
    integrationId: (asString(properties.Target) ?? '').replace('integrations/', ''),
  });
  return { ref: logicalId.toLowerCase(), attributes: { RouteId: logicalId.toLowerCase() } };
};

/** `AWS::ApiGatewayV2::Stage`; its throttling is not enforced locally. */
export const httpStage: Provider = ({ properties }, cloud) => {
  const name = String(properties.StageName);
  const variables = properties.StageVariables && asRecord(properties.StageVariables);
  apiOf(properties, cloud).stages.set(name, {
    variables: variables ? (variables as Record<string, string>) : undefined,
  });
  return { ref: name, attributes: {} };
};
