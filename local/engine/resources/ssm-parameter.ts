import { type Provider, physicalName } from './provider.ts';

/** `AWS::SSM::Parameter` */
export const ssmParameter: Provider = async (request, { call, parameters }) => {
  const { properties } = request;
  const name = physicalName(request, properties.Name);
  const value = String(properties.Value);
  await call('SSMClient', 'PutParameterCommand', {
    Name: name,
    Value: value,
    Type: properties.Type ?? 'String',
    Overwrite: true,
  });
  parameters.set(name, value);
  return { ref: name, attributes: { Type: properties.Type, Value: value } };
};
