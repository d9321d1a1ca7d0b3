import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { madeAtRunTime, ofThisStage, taggedWithStage } from './compute-links.ts';
import type { FunctionPlace } from './function-place.ts';
import { type Link, writtenArn } from './link.ts';
import { sendingTo } from './links.ts';
import type { Platform } from './platform.ts';

const tenantFunctions = ({ names }: Platform): string => `function:${names.prefix}-t-*`;

const functionsArn = (scope: Construct, platform: Platform): string => {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:lambda:${region}:${account}:${tenantFunctions(platform)}`;
};

const writtenFunctions = (platform: Platform): string => writtenArn('lambda', tenantFunctions(platform));

/** The bucket of all archives of code. Named by the account and region, as a bucket's name is everybody's. */
export const codeBucketName = (scope: Construct, { names }: Platform): string => {
  const { account, region } = Stack.of(scope);
  return `${names.prefix}-code-${account}-${region}`;
};

const codeBucketArn = (scope: Construct, platform: Platform): string =>
  `arn:${Stack.of(scope).partition}:s3:::${codeBucketName(scope, platform)}`;

const writtenBucket = ({ names }: Platform, objects: string): string =>
  `arn:<AWS::Partition>:s3:::${names.prefix}-code-<AWS::AccountId>-<AWS::Region>/${objects}`;

const keyOfObject = 'An archive’s key is made of the ids of tenant and function, and of its hash.';

/** Putting archives where they wait for a record that refers to them. */
export const incomingCode = (scope: Construct, platform: Platform): Link => ({
  environment: { FUNCTION_CODE_BUCKET: codeBucketName(scope, platform) },
  statements: [
    new PolicyStatement({
      sid: 'PutCode',
      actions: ['s3:PutObject'],
      resources: [`${codeBucketArn(scope, platform)}/incoming/*`],
    }),
  ],
  wildcards: { [writtenBucket(platform, 'incoming/*')]: keyOfObject },
});

/** Running tenants' functions. */
export const functionInvocation = (scope: Construct, platform: Platform): Link => ({
  environment: { TENANT_PREFIX: platform.names.prefix },
  statements: [
    new PolicyStatement({
      sid: 'RunTenantsFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: [functionsArn(scope, platform)],
    }),
  ],
  wildcards: { [writtenFunctions(platform)]: madeAtRunTime },
});

/** Bringing tenants' functions about: named for tenants and tagged with the stage. */
export const functionHosting = (scope: Construct, platform: Platform, place: FunctionPlace): Link => {
  const functions = [functionsArn(scope, platform)];
  const bucket = codeBucketArn(scope, platform);
  return {
    environment: {
      TENANT_PREFIX: platform.names.prefix,
      FUNCTION_CODE_BUCKET: codeBucketName(scope, platform),
      FUNCTION_LAYER_ARN: place.layer.layerVersionArn,
    },
    statements: [
      new PolicyStatement({
        sid: 'MakeWithTheStage',
        actions: ['lambda:CreateFunction', 'lambda:TagResource'],
        resources: functions,
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        sid: 'LookAtTenantsFunctions',
        actions: ['lambda:GetFunctionConfiguration'],
        resources: functions,
      }),
      new PolicyStatement({
        sid: 'ChangeWhatIsOfTheStage',
        actions: ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration', 'lambda:DeleteFunction'],
        resources: functions,
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        sid: 'UseTheLayer',
        actions: ['lambda:GetLayerVersion'],
        resources: [place.layer.layerVersionArn],
      }),
      new PolicyStatement({
        sid: 'TakeCodeIn',
        actions: ['s3:GetObject', 's3:DeleteObject'],
        resources: [`${bucket}/incoming/*`, `${bucket}/code/*`],
      }),
      new PolicyStatement({
        sid: 'KeepCode',
        actions: ['s3:PutObject'],
        resources: [`${bucket}/code/*`],
      }),
    ],
    wildcards: {
      [writtenFunctions(platform)]: madeAtRunTime,
      [writtenBucket(platform, 'incoming/*')]: keyOfObject,
      [writtenBucket(platform, 'code/*')]: keyOfObject,
    },
  };
};

/** Sending accepted invocations to be run. */
export const invocationsQueue = (scope: Construct, platform: Platform): Link =>
  sendingTo(scope, platform, 'invocations', 'INVOCATIONS_QUEUE_URL');
