import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import { isMatcher } from '../data-plane/matcher.ts';
import type { HealthCheck } from '../store/records.ts';
import { validationError } from './errors.ts';

export const initialHealthCheck: HealthCheck = {
  path: '/',
  port: 'traffic-port',
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
};

const maxPathLength = 1_024;

const checkRange = (name: string, value: number, min: number, max: number): void => {
  if (!Number.isInteger(value) || value < min || value > max)
    throw validationError(`${name} '${value}' must be between '${min}' and '${max}' inclusive`);
};

/** The parameters of a health check, of which CreateTargetGroup and ModifyTargetGroup take the same. */
export const healthCheckParameters = [
  'HealthCheckEnabled',
  'HealthCheckIntervalSeconds',
  'HealthCheckPath',
  'HealthCheckPort',
  'HealthCheckProtocol',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'Matcher',
  'UnhealthyThresholdCount',
] as const;

/**
 * A health check with what is asked for changed, within AWS's bounds.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 *
 * @throws ValidationError, UnsupportedProtocolException
 */
export const changedHealthCheck = (
  current: HealthCheck,
  input: Pick<ModifyTargetGroupInput, (typeof healthCheckParameters)[number]>,
): HealthCheck => {
  const check: HealthCheck = {
    path: input.HealthCheckPath ?? current.path,
    port: input.HealthCheckPort ?? current.port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? current.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? current.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? current.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? current.unhealthyThreshold,
    matcher: input.Matcher?.HttpCode ?? current.matcher,
  };
  if ((input.HealthCheckProtocol ?? 'HTTP') !== 'HTTP')
    throw new AwsError('UnsupportedProtocolException', 'Only health checks over HTTP are supported here');
  if (input.HealthCheckEnabled === false)
    throw validationError('Health checks cannot be disabled for target groups with target type instance');
  if (input.Matcher?.GrpcCode !== undefined)
    throw validationError('A gRPC matcher needs a gRPC target group');
  checkRange('Health check interval', check.intervalSeconds, 5, 300);
  checkRange('Health check timeout', check.timeoutSeconds, 2, 120);
  checkRange('Healthy threshold count', check.healthyThreshold, 2, 10);
  checkRange('Unhealthy threshold count', check.unhealthyThreshold, 2, 10);
  if (check.timeoutSeconds >= check.intervalSeconds)
    throw validationError('Health check interval must be greater than the timeout.');
  if (!check.path.startsWith('/') || check.path.length > maxPathLength)
    throw validationError(`Health check path '${check.path}' must begin with a '/' character`);
  if (check.port !== 'traffic-port') checkRange('Health check port', Number(check.port), 1, 65_535);
  if (!isMatcher(check.matcher))
    throw validationError(
      `Health check matcher HTTP code '${check.matcher}' must be within '200-499' inclusive`,
    );
  return check;
};
