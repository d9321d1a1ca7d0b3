import type { DescribeTagsRequest, DescribeTagsResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { compileFilters } from '../rules/filters.ts';
import { paginate } from '../rules/pagination.ts';
import { listTagged } from '../rules/tagged-resources.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
export const describeTags = defineAction<DescribeTagsRequest, DescribeTagsResult>({
  optional: ['Filters', 'MaxResults', 'NextToken'],
  perform({ Filters: filters, ...request }, call) {
    const rows = listTagged(call).flatMap(({ id: resourceId, resourceType, tags }) =>
      Object.entries(tags).map(([key, value]) => ({
        id: `${resourceId} ${key}`,
        resourceId,
        resourceType,
        key,
        value,
        tags: { [key]: value },
      })),
    );
    const matches = compileFilters<(typeof rows)[number]>(filters, {
      key: ({ key }) => key,
      value: ({ value }) => value,
      'resource-id': ({ resourceId }) => resourceId,
      'resource-type': ({ resourceType }) => resourceType,
    });
    const { records, nextToken } = paginate(rows.filter(matches), request, false, {
      idsParameter: 'resources',
    });
    return {
      Tags: records.map(({ key, value, resourceId, resourceType }) => ({
        Key: key,
        Value: value,
        ResourceId: resourceId,
        ResourceType: resourceType,
      })),
      NextToken: nextToken,
    };
  },
});
