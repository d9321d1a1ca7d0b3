import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { shared } from '../exports.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';

type ObjectAction = `s3:${string}`;

/** The bucket of the tenants' bytes: actions on what lies in it. */
export const objectsBucket = (
  scope: Construct,
  { names }: Platform,
  actions: readonly ObjectAction[],
  { list = false } = {},
): Link => {
  const name = shared(names, 'ObjectsBucketName');
  const arnOf = (resource: string) =>
    Stack.of(scope).formatArn({ service: 's3', region: '', account: '', resource });
  return {
    environment: { OBJECTS_BUCKET: name },
    statements: [
      new PolicyStatement({ actions: [...actions], resources: [arnOf(`${name}/*`)] }),
      // Without it Amazon S3 says 403, and not 404, of what is not there.
      ...(list
        ? [
            new PolicyStatement({
              sid: 'KnowsWhatIsAbsent',
              actions: ['s3:ListBucket'],
              resources: [arnOf(name)],
            }),
          ]
        : []),
    ],
    wildcards: {
      // cdk-nag writes an imported value as the name that it is exported by.
      [`arn:<AWS::Partition>:s3:::${names.prefix}:ObjectsBucketName/*`]:
        'Keys are made of the ids of tenants and versions: the right covers the one bucket made for them.',
    },
  };
};
