import type { Certificate } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import type { ListenerRecord } from '../store/records.ts';
import { isCertificateArn } from './arns.ts';
import { validationError } from './errors.ts';

/** What a listener gets that names none. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html */
const initialSslPolicy = 'ELBSecurityPolicy-2016-08';

export type ListenerSettings = Pick<ListenerRecord, 'port' | 'protocol' | 'certificateArn' | 'sslPolicy'>;

/**
 * @throws ValidationError, UnsupportedProtocolException, CertificateNotFoundException, SSLPolicyNotFoundException
 */
export const resolveListenerSettings = (
  input: { Port?: number; Protocol?: string; Certificates?: Certificate[]; SslPolicy?: string },
  { caller }: Call,
): ListenerSettings => {
  const { Port: port = 0, Protocol: protocol, Certificates: certificates = [], SslPolicy: policy } = input;
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw validationError(`Port '${port}' must be between '1' and '65535' inclusive`);
  if (protocol === 'HTTP') {
    if (certificates.length > 0 || policy !== undefined)
      throw validationError('Certificates and SSL policies cannot be specified for HTTP listeners');
    return { port, protocol };
  }
  if (protocol !== 'HTTPS')
    throw new AwsError('UnsupportedProtocolException', `The protocol '${protocol}' is not supported`);
  const [certificate, ...more] = certificates;
  if (!certificate || more.length > 0)
    throw validationError('Exactly one certificate must be specified for HTTPS listeners');
  const certificateArn = certificate.CertificateArn ?? '';
  if (!isCertificateArn(certificateArn, caller))
    throw new AwsError('CertificateNotFoundException', `Certificate '${certificateArn}' not found`);
  const sslPolicy = policy ?? initialSslPolicy;
  if (!sslPolicy.startsWith('ELBSecurityPolicy-'))
    throw new AwsError('SSLPolicyNotFoundException', `SSL policy '${sslPolicy}' not found`);
  return { port, protocol, certificateArn, sslPolicy };
};

/** @throws DuplicateListenerException where another listener of the balancer has the port */
export const checkPortIsFree = (
  balancerArn: string,
  port: number,
  own: string | undefined,
  call: Call,
): void => {
  if (
    call.listeners.where('balancer_arn', balancerArn).some((other) => other.port === port && other.id !== own)
  )
    throw new AwsError(
      'DuplicateListenerException',
      `A listener already exists on this port for this load balancer '${balancerArn}'`,
    );
};

/** @throws TooManyUniqueTargetGroupsPerLoadBalancerException, TooManyTargetsException */
export const checkBalancerLimits = (balancerArn: string, call: Call): void => {
  const groups = new Set(
    call.listeners
      .where('balancer_arn', balancerArn)
      .flatMap(({ forward }) => forward.map(({ targetGroupArn }) => targetGroupArn)),
  );
  if (groups.size > call.limits.targetGroupsPerBalancer)
    throw new AwsError(
      'TooManyUniqueTargetGroupsPerLoadBalancerException',
      'You have reached the limit on the number of unique target groups per load balancer',
    );
  const targets = call.targets.whereAny('group_arn', [...groups]).length;
  if (targets > call.limits.targetsPerBalancer)
    throw new AwsError(
      'TooManyTargetsException',
      'You have reached the limit on the number of targets per load balancer',
    );
};
