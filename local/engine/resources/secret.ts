import { generateSecretString } from '../../aws/secrets-manager/generate-secret-string.ts';
import { asRecord } from './property.ts';
import { type Provider, physicalName } from './provider.ts';

interface Found {
  ARN?: string;
  SecretString?: string;
}

/** `AWS::SecretsManager::Secret`; a generated value is kept between runs. */
export const secret: Provider = async (request, { call, secrets }) => {
  const { properties, previous } = request;
  const name = physicalName(request, properties.Name);
  const find = () =>
    call<Found>('SecretsManagerClient', 'GetSecretValueCommand', { SecretId: previous?.ref ?? name });
  const create = async (): Promise<Found> => {
    const value =
      properties.SecretString === undefined
        ? generateSecretString(asRecord(properties.GenerateSecretString))
        : String(properties.SecretString);
    const { ARN } = await call<Found>('SecretsManagerClient', 'CreateSecretCommand', {
      Name: name,
      SecretString: value,
    });
    return { ARN, SecretString: value };
  };
  const found = await find().catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') return create();
    throw error;
  });
  const secretArn = String(found.ARN);
  const value = String(found.SecretString);
  secrets.set(secretArn, value);
  secrets.set(name, value);
  return { ref: secretArn, attributes: { Id: secretArn, Arn: secretArn } };
};

/** `AWS::SecretsManager::ResourcePolicy`, `…::RotationSchedule` and `…::SecretTargetAttachment` change nothing locally. */
export const secretAttachment: Provider = ({ properties }) => ({
  ref: String(properties.SecretId),
  attributes: {},
});
