import { asList, asRecord } from './property.ts';
import type { Provider } from './provider.ts';

/** `AWS::CloudFront::Distribution`: the HTTP front adds the custom headers of its origins. */
export const cloudFrontDistribution: Provider = ({ properties, logicalId }, { edgeHeaders }) => {
  for (const item of asList(asRecord(properties.DistributionConfig).Origins))
    for (const header of asList(asRecord(item).OriginCustomHeaders)) {
      const { HeaderName: name, HeaderValue: value } = asRecord(header);
      edgeHeaders.set(String(name).toLowerCase(), String(value));
    }
  const id = logicalId.toUpperCase().slice(0, 14);
  return { ref: id, attributes: { Id: id, DomainName: `${id.toLowerCase()}.cloudfront.net` } };
};
