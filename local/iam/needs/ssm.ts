import type { Place } from '../request.ts';
import { arnOf, type ServiceNeeds } from './call-needs.ts';

/** AWS's public parameters belong to no account. */
const parameterArn = (name: string, place: Place): string =>
  name.startsWith('arn:')
    ? name
    : arnOf(
        'ssm',
        name.startsWith('/aws/service/') ? { ...place, account: '' } : place,
        `parameter/${name.replace(/^\//, '')}`,
      );

const onName =
  (action: string) =>
  ({ Name }: { Name: string }, place: Place) => [{ action, resources: [parameterArn(Name, place)] }];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const ssm: ServiceNeeds = {
  GetParameter: onName('ssm:GetParameter'),
  PutParameter: onName('ssm:PutParameter'),
  DeleteParameter: onName('ssm:DeleteParameter'),
  GetParameters: ({ Names }: { Names: string[] }, place) =>
    Names.map((name) => ({ action: 'ssm:GetParameters', resources: [parameterArn(name, place)] })),
  GetParametersByPath: ({ Path }: { Path: string }, place) => [
    { action: 'ssm:GetParametersByPath', resources: [parameterArn(Path, place)] },
  ],
};
