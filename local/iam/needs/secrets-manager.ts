import type { Place } from '../request.ts';
import { type ServiceNeeds, toArn } from './call-needs.ts';

/** A secret's ARN ends with six characters that its name does not tell. */
const secretArn = (id: string, place: Place): string =>
  id.startsWith('arn:') ? id : toArn('secretsmanager', place, `${id}-??????`, 'secret:');

const onSecret =
  (action: string) =>
  ({ SecretId }: { SecretId: string }, place: Place) => [
    { action: `secretsmanager:${action}`, resources: [secretArn(SecretId, place)] },
  ];

const own = ['GetSecretValue', 'PutSecretValue', 'DeleteSecret', 'DescribeSecret', 'UpdateSecret'];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
export const secretsManager: ServiceNeeds = {
  ...Object.fromEntries(own.map((action) => [action, onSecret(action)])),
  CreateSecret: ({ Name }: { Name: string }, place) => [
    {
      action: 'secretsmanager:CreateSecret',
      resources: [secretArn(Name, place)],
      context: { 'secretsmanager:name': Name },
    },
  ],
};
