import { invalid } from '../../platform/errors/index.ts';
import type { Architecture } from './instance-types.ts';

/** What an `image` names. */
export type Image =
  /** A machine image of the catalogue. */
  | { kind: 'catalogue'; name: string }
  /** A machine image by id, which the operator allows. */
  | { kind: 'ami'; id: string }
  /** A container image, which runs on Amazon Linux. */
  | { kind: 'container'; reference: string };

/** How AWS's parameters write an architecture: most use Debian's word for it. */
const debian: Record<Architecture, string> = { x86_64: 'amd64', arm64: 'arm64' };

const ubuntu = (version: string, volume: string) => (architecture: Architecture) =>
  `/aws/service/canonical/ubuntu/server/${version}/stable/current/${debian[architecture]}/hvm/${volume}/ami-id`;

/**
 * The public SSM parameter that holds the newest AMI of each catalogue name.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-finding-public-parameters.html
 */
export const catalogueImages: Readonly<Record<string, (architecture: Architecture) => string>> = {
  al2023: (architecture) => `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
  'ubuntu-24.04': ubuntu('24.04', 'ebs-gp3'),
  'ubuntu-22.04': ubuntu('22.04', 'ebs-gp2'),
  'debian-12': (architecture) => `/aws/service/debian/release/12/latest/${debian[architecture]}`,
};

/** What a container image runs on. */
export const containerHost = 'al2023';

/** https://github.com/distribution/reference/blob/main/reference.go, with the digest as SHA-256 alone. */
const containerReference = new RegExp(
  [
    '^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?',
    '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*',
    '(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$',
  ].join(''),
);

/**
 * Decides what an image is. A container reference comes out safe to stand in single quotes in a shell.
 * @param allowList ids of machine images that the operator lets tenants use
 * @throws CloudError `INVALID_INPUT`
 */
export const classifyImage = (image: string, allowList: readonly string[]): Image => {
  if (Object.hasOwn(catalogueImages, image)) return { kind: 'catalogue', name: image };
  if (/^ami-/i.test(image)) {
    if (allowList.includes(image)) return { kind: 'ami', id: image };
    throw invalid('image', 'this machine image is not among those that the operator allows');
  }
  if (containerReference.test(image)) return { kind: 'container', reference: image };
  throw invalid(
    'image',
    `neither an image of the catalogue (${Object.keys(catalogueImages).join(', ')}), nor a machine image id, nor a container image reference`,
  );
};
