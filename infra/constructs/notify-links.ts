import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { shared } from '../exports.ts';
import type { Link } from './link.ts';
import { sendingTo } from './links.ts';
import type { Platform } from './platform.ts';

/** Sending published messages to the worker that fans them out. */
export const fanOutQueue = (scope: Construct, platform: Platform): Link =>
  sendingTo(scope, platform, 'fan-out', 'FAN_OUT_QUEUE_URL');

/** Sending deliveries to their worker: first attempts, later ones, and those that are asked for by hand. */
export const deliverQueue = (scope: Construct, platform: Platform): Link =>
  sendingTo(scope, platform, 'deliver', 'DELIVER_QUEUE_URL');

/** Reading the secret from which the keys are derived that seal what tenants' records hold in confidence. */
export const sealingSecret = ({ names }: Platform): Link => ({
  environment: { SEALING_SECRET_ARN: shared(names, 'SealingSecretArn') },
  statements: [
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [shared(names, 'SealingSecretArn')],
    }),
  ],
});
