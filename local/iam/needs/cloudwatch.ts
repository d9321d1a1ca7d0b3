import type { ServiceNeeds } from './call-needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html: metrics are no
 *  resources, so reading them needs `*`. */
export const cloudwatch: ServiceNeeds = {
  PutMetricData: ({ Namespace }: { Namespace: string }) => [
    { action: 'cloudwatch:PutMetricData', resources: ['*'], context: { 'cloudwatch:namespace': Namespace } },
  ],
};
