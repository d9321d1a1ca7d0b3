import { asList, asRecord, asString } from './property.ts';
import type { Provider } from './provider.ts';

/** `AWS::CloudFront::Distribution`: the HTTP front adds the custom headers of its origins, and follows its behaviors. */
export const cloudFrontDistribution: Provider = (
  { properties, logicalId },
  { edgeHeaders, edgeBehaviors },
) => {
  const config = asRecord(properties.DistributionConfig);
  const origins = asList(config.Origins).map(asRecord);
  for (const origin of origins)
    for (const header of asList(origin.OriginCustomHeaders)) {
      const { HeaderName: name, HeaderValue: value } = asRecord(header);
      edgeHeaders.set(String(name).toLowerCase(), String(value));
    }
  edgeBehaviors.length = 0;
  for (const behavior of asList(config.CacheBehaviors).map(asRecord)) {
    const origin = origins.find(({ Id }) => Id === behavior.TargetOriginId);
    edgeBehaviors.push({
      pattern: String(behavior.PathPattern),
      domainName: asString(origin?.DomainName) ?? '',
      originPath: asString(origin?.OriginPath) ?? '',
    });
  }
  const id = logicalId.toUpperCase().slice(0, 14);
  return { ref: id, attributes: { Id: id, DomainName: `${id.toLowerCase()}.cloudfront.net` } };
};
