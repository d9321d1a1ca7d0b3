import type { Need, Place } from '../request.ts';
import { type ServiceNeeds, toArn } from './call-needs.ts';

interface Named {
  FunctionName: string;
}

interface Code {
  S3Bucket?: string;
  S3Key?: string;
}

const arnOf = ({ FunctionName }: Named, place: Place): string =>
  toArn('lambda', place, FunctionName, 'function:');

const onFunction =
  (action: string) =>
  (input: Named, place: Place): Need[] => [{ action: `lambda:${action}`, resources: [arnOf(input, place)] }];

/** Lambda reads code from S3 with the rights of its caller. */
const reading = ({ S3Bucket, S3Key }: Code): Need[] =>
  S3Bucket && S3Key ? [{ action: 's3:GetObject', resources: [`arn:aws:s3:::${S3Bucket}/${S3Key}`] }] : [];

const passing = (role: string | undefined): Need[] =>
  role
    ? [
        {
          action: 'iam:PassRole',
          resources: [role],
          context: { 'iam:passedtoservice': 'lambda.amazonaws.com' },
        },
      ]
    : [];

const layers = (arns: readonly string[] = []): Need[] =>
  arns.map((arn) => ({ action: 'lambda:GetLayerVersion', resources: [arn] }));

const tagContext = (tags: Record<string, string>) => ({
  'aws:tagkeys': Object.keys(tags),
  ...Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, value]),
  ),
});

interface CreateInput extends Named {
  Role: string;
  Code: Code;
  Layers?: string[];
  Tags?: Record<string, string>;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const lambda: ServiceNeeds = {
  Invoke: ({ FunctionName, Qualifier }: Named & { Qualifier?: string }, place) => {
    const arn = toArn('lambda', place, FunctionName, 'function:');
    return [{ action: 'lambda:InvokeFunction', resources: [Qualifier ? `${arn}:${Qualifier}` : arn] }];
  },
  CreateFunction: (input: CreateInput, place) => {
    const arn = arnOf(input, place);
    const { Tags = {} } = input;
    const context = tagContext(Tags);
    const tagging = Object.keys(Tags).length > 0;
    return [
      { action: 'lambda:CreateFunction', resources: [arn], ...(tagging && { context }) },
      ...(tagging ? [{ action: 'lambda:TagResource', resources: [arn], context }] : []),
      ...passing(input.Role),
      ...layers(input.Layers),
      ...reading(input.Code),
    ];
  },
  UpdateFunctionCode: (input: Named & Code, place) => [
    ...onFunction('UpdateFunctionCode')(input, place),
    ...reading(input),
  ],
  UpdateFunctionConfiguration: (input: Named & { Role?: string; Layers?: string[] }, place) => [
    ...onFunction('UpdateFunctionConfiguration')(input, place),
    ...passing(input.Role),
    ...layers(input.Layers),
  ],
  ...Object.fromEntries(
    ['GetFunction', 'GetFunctionConfiguration', 'DeleteFunction'].map((action) => [
      action,
      onFunction(action),
    ]),
  ),
};
