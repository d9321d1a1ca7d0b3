import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ephemeralTable, recordTable, type TableDefinition } from '../../lib/platform/table/definition.ts';
import { acknowledge } from '../acknowledge.ts';
import { codeBucket } from '../constructs/code-bucket.ts';
import { objectsBucket } from '../constructs/objects-bucket.ts';
import type { Platform } from '../constructs/platform.ts';
import { share } from '../exports.ts';

const attribute = ({ name, type }: TableDefinition['partitionKey']) => ({
  name,
  type: AttributeType[typeName[type]],
});
const typeName = { S: 'STRING', N: 'NUMBER' } as const;

interface Protection {
  deletionProtection: boolean;
  /** To any second of the last 35 days. */
  pointInTimeRecovery: boolean;
}

const table = (
  scope: Construct,
  id: string,
  tableName: string,
  definition: TableDefinition,
  { deletionProtection, pointInTimeRecovery }: Protection,
): TableV2 =>
  new TableV2(scope, id, {
    tableName,
    partitionKey: attribute(definition.partitionKey),
    sortKey: attribute(definition.sortKey),
    billing: Billing.onDemand(),
    encryption: TableEncryptionV2.dynamoOwnedKey(),
    dynamoStream: definition.stream ? StreamViewType.NEW_AND_OLD_IMAGES : undefined,
    timeToLiveAttribute: definition.timeToLive,
    deletionProtection,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: pointInTimeRecovery },
    removalPolicy: deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    globalSecondaryIndexes: definition.indexes.map((index) => ({
      indexName: index.name,
      partitionKey: attribute(index.partitionKey),
      sortKey: attribute(index.sortKey),
      ...(index.projection === 'KEYS_ONLY'
        ? { projectionType: ProjectionType.KEYS_ONLY }
        : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.projection] }),
    })),
  });

/** What must outlive every other stack: the two tables, the buckets of objects and of tenants' code, the platform's own secrets, and the key of its tenants'. */
export class StateStack extends Stack {
  constructor(scope: Construct, id: string, platform: Platform) {
    const { context, names } = platform;
    super(scope, id, {
      description: `The Cloud (${context.stage}): tables, objects, code, secrets and keys`,
    });
    const { deletionProtection } = context;

    const record = table(this, 'Record', names.ownRecordTable, recordTable, {
      deletionProtection,
      pointInTimeRecovery: true,
    });
    const ephemeral = table(this, 'Ephemeral', names.ephemeralTable, ephemeralTable, {
      deletionProtection: false,
      pointInTimeRecovery: false,
    });
    acknowledge(
      ephemeral,
      'Holds only what expires: idempotency records, leases, rate buckets, sessions. A restore would bring the past back.',
      'AwsSolutions-DDB3',
    );

    const objects = objectsBucket(this, { deletionProtection });

    const secret = (secretId: string, description: string): Secret => {
      const made = new Secret(this, secretId, {
        description,
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
      acknowledge(
        made,
        'Rotated by the operator, with a deployment that gives edge and functions the new value together: docs/deploy.md.',
        'AwsSolutions-SMG4',
      );
      return made;
    };
    const origin = secret('OriginSecret', 'What the edge proves itself with to the API');
    const token = secret('TokenSecret', 'Source of the keys that seal signing keys and stored answers');
    const sealing = secret('SealingSecret', 'Source of the keys that seal the signing secrets of webhooks');

    // Who may use it is said in the functions' own policies: two may, that which gives values and that which rotates them.
    const secretsKey = new Key(this, 'SecretsKey', {
      description: `The Cloud (${context.stage}): wraps the data keys of tenants' secrets`,
      enableKeyRotation: true,
      removalPolicy: deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });

    codeBucket(this, platform);

    share(this, names, 'RecordTableStreamArn', record.tableStreamArn ?? '', 'Stream of the table of record');
    share(this, names, 'ObjectsBucketName', objects.bucketName, 'Bucket of the tenants’ objects');
    share(
      this,
      names,
      'OriginSecretArn',
      origin.secretArn,
      'Secret that proves a request came through the edge',
    );
    share(this, names, 'TokenSecretArn', token.secretArn, 'Secret of the identity function');
    share(
      this,
      names,
      'SealingSecretArn',
      sealing.secretArn,
      'Secret of the functions that seal and use the signing secrets of webhooks',
    );
    share(this, names, 'SecretsKeyArn', secretsKey.keyArn, 'Key of tenants’ secrets');
  }
}
