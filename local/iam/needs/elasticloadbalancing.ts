import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Need, Place } from '../request.ts';
import { arnOf, type ServiceNeeds } from './call-needs.ts';
import { tagContext } from './ec2-tags.ts';

interface TaggedInput {
  Tags?: Tag[];
}

const action = (name: string): string => `elasticloadbalancing:${name}`;

/** What an action creates bears the tags of the request; to give it any is an `AddTags` of its own. */
const creating =
  <Input extends TaggedInput>(
    name: string,
    resources: (input: Input, place: Place) => { checked: string; created: string },
  ) =>
  (input: Input, place: Place): Need[] => {
    const { checked, created } = resources(input, place);
    const context = tagContext(input.Tags);
    const tagging: Need = {
      action: action('AddTags'),
      resources: [created],
      context: { 'elasticloadbalancing:createaction': name, ...context },
    };
    const create: Need = { action: action(name), resources: [checked], context };
    return input.Tags && input.Tags.length > 0 ? [create, tagging] : [create];
  };

const named =
  (kind: string) =>
  ({ Name }: TaggedInput & { Name: string }, place: Place) => {
    const arn = arnOf('elasticloadbalancing', place, `${kind}/${Name}/*`);
    return { checked: arn, created: arn };
  };

/** Actions on what an ARN of the input names. */
const onArn =
  (name: string, field: string) =>
  (input: Record<string, string>): Need[] => [{ action: action(name), resources: [input[field] ?? '*'] }];

const tagging =
  (name: string) =>
  ({ ResourceArns, Tags, TagKeys }: { ResourceArns: string[]; Tags?: Tag[]; TagKeys?: string[] }): Need[] =>
    ResourceArns.map((arn) => ({
      action: action(name),
      resources: [arn],
      context: { ...tagContext(Tags), ...(TagKeys && { 'aws:tagkeys': TagKeys }) },
    }));

const fieldOfAction: Readonly<Record<string, string>> = {
  DeleteLoadBalancer: 'LoadBalancerArn',
  ModifyLoadBalancerAttributes: 'LoadBalancerArn',
  SetSecurityGroups: 'LoadBalancerArn',
  DeleteTargetGroup: 'TargetGroupArn',
  DeregisterTargets: 'TargetGroupArn',
  ModifyTargetGroup: 'TargetGroupArn',
  ModifyTargetGroupAttributes: 'TargetGroupArn',
  RegisterTargets: 'TargetGroupArn',
  DeleteListener: 'ListenerArn',
  ModifyListener: 'ListenerArn',
};

/**
 * Reading actions are left out: they know no resources and are checked against `*`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export const elasticLoadBalancing: ServiceNeeds = {
  ...Object.fromEntries(Object.entries(fieldOfAction).map(([name, field]) => [name, onArn(name, field)])),
  CreateLoadBalancer: creating('CreateLoadBalancer', named('loadbalancer/app')),
  CreateTargetGroup: creating('CreateTargetGroup', named('targetgroup')),
  CreateListener: creating(
    'CreateListener',
    ({ LoadBalancerArn: arn }: TaggedInput & { LoadBalancerArn: string }) => ({
      checked: arn,
      created: `${arn.replace(':loadbalancer/', ':listener/')}/*`,
    }),
  ),
  AddTags: tagging('AddTags'),
  RemoveTags: tagging('RemoveTags'),
};
