import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { Platform } from './platform.ts';

/** Requests from one address in five minutes, above which the firewall blocks it for a while. */
const requestsPerFiveMinutes = 10_000;

const managed = (
  name: string,
  priority: number,
  countOnly: readonly string[] = [],
): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name,
      ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
  visibilityConfig: visibility(name),
});

const visibility = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: true,
});

/** A web ACL before the edge. CloudFront takes it from us-east-1 only. */
export const firewall = (scope: Construct, { names }: Platform): CfnWebACL =>
  new CfnWebACL(scope, 'Firewall', {
    name: names.prefix,
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(names.prefix),
    rules: [
      {
        name: 'TooManyRequests',
        priority: 0,
        action: { block: {} },
        statement: { rateBasedStatement: { limit: requestsPerFiveMinutes, aggregateKeyType: 'IP' } },
        visibilityConfig: visibility('TooManyRequests'),
      },
      managed('AWSManagedRulesAmazonIpReputationList', 1),
      managed('AWSManagedRulesKnownBadInputsRuleSet', 2),
      // Bodies above 8 KB are ordinary here: user data, code, objects.
      managed('AWSManagedRulesCommonRuleSet', 3, ['SizeRestrictions_BODY']),
    ],
  });
