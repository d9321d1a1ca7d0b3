import type { Cloud } from '../cloud.ts';
import { RestApi } from '../http/rest-api.ts';
import { TemplateError } from '../template/template-error.ts';
import { asList, asNumber, asRecord, asString } from './property.ts';
import type { Provider } from './provider.ts';

const apiOf = (properties: Record<string, unknown>, { restApis }: Cloud): RestApi => {
  const api = restApis.get(String(properties.RestApiId));
  if (!api) throw new TemplateError(`there is no REST API ${properties.RestApiId}`);
  return api;
};

/** `AWS::ApiGateway::RestApi` made of resources and methods, not of a document. */
export const restApi: Provider = ({ properties, logicalId, stack }, { restApis }) => {
  if (properties.Body || properties.BodyS3Location || properties.Policy)
    throw new TemplateError(
      `${stack.name}.${logicalId}: the engine serves REST APIs without document and policy only`,
    );
  const id = logicalId.toLowerCase();
  const api = new RestApi(id, { binary: asList(properties.BinaryMediaTypes).includes('*/*') });
  restApis.set(id, api);
  return { ref: id, attributes: { RestApiId: id, RootResourceId: api.rootResourceId } };
};

/** `AWS::ApiGateway::Resource` */
export const restResource: Provider = ({ properties, logicalId }, cloud) => {
  const { resources } = apiOf(properties, cloud);
  const id = logicalId.toLowerCase();
  const parent = resources.get(String(properties.ParentId));
  if (parent === undefined) throw new TemplateError(`there is no resource ${properties.ParentId}`);
  resources.set(id, `${parent}/${properties.PathPart}`);
  return { ref: id, attributes: { ResourceId: id } };
};

/** The function in `arn:…:lambda:path/2015-03-31/functions/<function ARN>/invocations`. */
const functionOf = (uri: string | undefined): string | undefined =>
  /:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri ?? '')?.[1];

/** `AWS::ApiGateway::Method` with a function behind it, without an authorizer of the gateway. */
export const restMethod: Provider = ({ properties, logicalId, stack }, cloud) => {
  const api = apiOf(properties, cloud);
  const integration = asRecord(properties.Integration);
  const target = functionOf(asString(integration.Uri));
  if (integration.Type !== 'AWS_PROXY' || !target)
    throw new TemplateError(`${stack.name}.${logicalId}: only AWS_PROXY with a function runs locally`);
  if ((properties.AuthorizationType ?? 'NONE') !== 'NONE' || properties.ApiKeyRequired)
    throw new TemplateError(`${stack.name}.${logicalId}: the engine has no authorizers`);
  api.addMethod(String(properties.HttpMethod), api.resources.get(String(properties.ResourceId)) ?? '', {
    target: cloud.functions.get(target),
    timeoutMilliseconds: asNumber(integration.TimeoutInMillis) ?? 29_000,
  });
  return { ref: logicalId.toLowerCase(), attributes: {} };
};

/** `AWS::ApiGateway::Deployment`: here methods are served as soon as they are made. */
export const restDeployment: Provider = ({ logicalId }) => ({
  ref: logicalId.toLowerCase(),
  attributes: { DeploymentId: logicalId.toLowerCase() },
});

/** `AWS::ApiGateway::Stage`; its throttling is not enforced locally. */
export const restStage: Provider = ({ properties }, cloud) => {
  const name = String(properties.StageName);
  apiOf(properties, cloud).stages.add(name);
  return { ref: name, attributes: {} };
};

/** `AWS::ApiGateway::GatewayResponse` */
export const restGatewayResponse: Provider = ({ properties, logicalId }, cloud) => {
  const parameters = properties.ResponseParameters ? asRecord(properties.ResponseParameters) : {};
  const templates = properties.ResponseTemplates ? asRecord(properties.ResponseTemplates) : {};
  apiOf(properties, cloud).responses.set(String(properties.ResponseType), {
    statusCode: asNumber(properties.StatusCode),
    headers: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name.replace('gatewayresponse.header.', ''),
        String(value),
      ]),
    ),
    template: asString(templates['application/json']),
  });
  return { ref: logicalId.toLowerCase(), attributes: {} };
};
