import { randomBytes, randomInt } from 'node:crypto';
import type { Caller } from '../../stand-in.ts';

type Place = Pick<Caller, 'account' | 'region'>;

const newSuffix = (): string => randomBytes(8).toString('hex');

const arnOf = ({ account, region }: Place, resource: string): string =>
  `arn:aws:elasticloadbalancing:${region}:${account}:${resource}`;

export const newBalancerArn = (place: Place, name: string): string =>
  arnOf(place, `loadbalancer/app/${name}/${newSuffix()}`);

export const newTargetGroupArn = (place: Place, name: string): string =>
  arnOf(place, `targetgroup/${name}/${newSuffix()}`);

/** `app/<name>/<id>`: how a balancer's ARN ends, and how its listeners' ARNs and its interfaces name it. */
export const fullNameOf = (balancerArn: string): string => balancerArn.split(':loadbalancer/')[1] ?? '';

export const newListenerArn = (balancerArn: string): string =>
  `${balancerArn.replace(':loadbalancer/', ':listener/')}/${newSuffix()}`;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html */
export const newDnsName = (name: string, region: string, isInternal: boolean): string =>
  `${isInternal ? 'internal-' : ''}${name}-${randomInt(1, 2_000_000_000)}.${region}.elb.amazonaws.com`;

const certificate = /^arn:aws:acm:([a-z0-9-]+):(\d{12}):certificate\/[0-9a-f-]{36}$/;

/** Whether it can be the ARN of a certificate of ACM that a balancer of this place may use. */
export const isCertificateArn = (arn: string, { account, region }: Place): boolean => {
  const match = certificate.exec(arn);
  return match?.[1] === region && match[2] === account;
};
