import type { AccountStore } from '../store/account-store.ts';
import type { Tags } from '../store/records.ts';
import { validationError } from './errors.ts';
import { getBalancer, getListener, getTargetGroup } from './lookup.ts';

/** A resource as the tag actions see it. */
export interface Tagged {
  arn: string;
  tags: Tags;
  /** Writes other tags in place of these. */
  retag(tags: Tags): void;
}

/** @throws ValidationError for an ARN of no kind that bears tags, else the kind's not found */
export const getTagged = (arn: string, store: AccountStore): Tagged => {
  const tagged = <T extends { tags: Tags }>(record: T, put: (record: T) => unknown): Tagged => ({
    arn,
    tags: record.tags,
    retag: (tags) => void put({ ...record, tags }),
  });
  if (arn.includes(':loadbalancer/'))
    return tagged(getBalancer(arn, store), (record) => store.balancers.put(record));
  if (arn.includes(':targetgroup/'))
    return tagged(getTargetGroup(arn, store), (record) => store.groups.put(record));
  if (arn.includes(':listener/'))
    return tagged(getListener(arn, store), (record) => store.listeners.put(record));
  throw validationError(`'${arn}' is not a valid load balancer, target group or listener ARN`);
};

/** As getTagged, but undefined for what isn't there. */
export const findTags = (arn: string, { balancers, groups, listeners }: AccountStore): Tags | undefined =>
  (balancers.find(arn) ?? groups.find(arn) ?? listeners.find(arn))?.tags;
