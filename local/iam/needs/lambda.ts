import { type ServiceNeeds, toArn } from './call-needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export const lambda: ServiceNeeds = {
  Invoke: ({ FunctionName, Qualifier }: { FunctionName: string; Qualifier?: string }, place) => {
    const arn = toArn('lambda', place, FunctionName, 'function:');
    return [{ action: 'lambda:InvokeFunction', resources: [Qualifier ? `${arn}:${Qualifier}` : arn] }];
  },
};
