import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type Function as EdgeFunction,
  FunctionEventType,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { apiFunctions, restFunctions } from '../../lib/services/index.ts';
import { acknowledge } from '../acknowledge.ts';
import { firewall } from '../constructs/firewall.ts';
import { originSecretValue } from '../constructs/links.ts';
import type { Platform } from '../constructs/platform.ts';
import { firstSegments } from '../constructs/rest-function.ts';
import { restStage } from '../constructs/rest-gateway.ts';
import { viewerAddress } from '../constructs/viewer-address.ts';
import { shared } from '../exports.ts';

/** Hosted zone of every CloudFront distribution: AWS::Route53::RecordSet AliasTarget. */
const cloudFrontHostedZoneId = 'Z2FDTNDATAQYW2';

/** The one host name before everything: TLS, viewer address, the secret that proves a request came this way. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, platform: Platform) {
    const { context, names } = platform;
    super(scope, id, { description: `The Cloud (${context.stage}): edge` });
    const viewer = viewerAddress(this, platform);
    const rest = this.behavior(platform, shared(names, 'RestApiDomain'), viewer, `/${restStage}`);
    const distribution = new Distribution(this, 'Edge', {
      comment: names.prefix,
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...this.domain(platform),
      webAclId: this.webAcl(platform),
      enableLogging: true,
      logBucket: this.logBucket(),
      defaultBehavior: this.behavior(platform, shared(names, 'ApiDomain'), viewer),
      additionalBehaviors: Object.fromEntries(
        firstSegments(restFunctions.flatMap((name) => apiFunctions[name])).flatMap((segment) =>
          [`/${segment}`, `/${segment}/*`].map((pattern) => [pattern, rest]),
        ),
      ),
    });
    if (context.customDomain) this.alias(context.customDomain, distribution);
    this.acknowledgeFindings(platform, distribution);

    new CfnOutput(this, 'ApiUrl', {
      value: `https://${context.customDomain?.name ?? distribution.distributionDomainName}`,
      description: 'Where users reach the platform',
    });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
  }

  /** To an API, uncached, with all that the viewer sent but its `Host`. */
  private behavior(
    platform: Platform,
    domain: string,
    viewer: EdgeFunction,
    originPath?: string,
  ): BehaviorOptions {
    return {
      origin: new HttpOrigin(domain, {
        originPath,
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        // Above the 30 s after which the gateway answers for a slow function.
        readTimeout: Duration.seconds(35),
        customHeaders: { 'x-origin-verify': originSecretValue(platform) },
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      // A key sent in clear must fail, not be redirected after it was read.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The API answers to its own name only; the header above wins over one that a viewer sends.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      compress: false,
      functionAssociations: [{ function: viewer, eventType: FunctionEventType.VIEWER_REQUEST }],
    };
  }

  private domain({ context: { customDomain } }: Platform) {
    if (!customDomain) return {};
    return {
      domainNames: [customDomain.name],
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', customDomain.certificateArn),
    };
  }

  private alias(
    { name, hostedZoneId }: { name: string; hostedZoneId: string },
    distribution: Distribution,
  ): void {
    for (const type of ['A', 'AAAA']) {
      new CfnRecordSet(this, `Alias${type}`, {
        name,
        type,
        hostedZoneId,
        aliasTarget: { dnsName: distribution.distributionDomainName, hostedZoneId: cloudFrontHostedZoneId },
      });
    }
  }

  private webAcl(platform: Platform): string | undefined {
    const { waf } = platform.context;
    if (typeof waf === 'string') return waf;
    if (!waf) return undefined;
    // Known where the CDK's command line synthesizes.
    const region = process.env.CDK_DEFAULT_REGION ?? 'us-east-1';
    if (region !== 'us-east-1') {
      throw new Error(
        `waf: CloudFront takes a web ACL from us-east-1 only, and this deployment goes to ${region}. Make the web ACL there and give its ARN as waf.`,
      );
    }
    return firewall(this, platform).attrArn;
  }

  private logBucket(): Bucket {
    const bucket = new Bucket(this, 'Logs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // CloudFront's standard logs are delivered through the bucket's ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, 'This bucket holds access logs itself.', 'AwsSolutions-S1');
    return bucket;
  }

  private acknowledgeFindings({ context }: Platform, distribution: Distribution): void {
    acknowledge(distribution, 'The platform is offered to every country.', 'AwsSolutions-CFR1');
    if (!context.waf) {
      acknowledge(
        distribution,
        'The firewall costs from 9 USD a month and is the operator’s choice: context `waf`. Keys, limits per key and per address hold without it.',
        'AwsSolutions-CFR2',
      );
    }
    if (!context.customDomain) {
      acknowledge(
        distribution,
        'CloudFront fixes the TLS policy of its own host names; with a custom domain it is TLS 1.2 (2021).',
        'AwsSolutions-CFR4',
      );
    }
  }
}
