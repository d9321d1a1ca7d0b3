import { TemplateError } from './template-error.ts';

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/**
 * `Fn::Cidr` for IPv4: the first `count` blocks of 2^`hostBits` addresses inside `block`.
 *
 * @throws TemplateError where the block has no room for that many
 */
export const splitCidr = (block: string, count: number, hostBits: number): string[] => {
  const [address = '', prefix = ''] = block.split('/');
  const size = 2 ** hostBits;
  if (count * size > 2 ** (32 - Number(prefix)))
    throw new TemplateError(`Fn::Cidr: ${block} has no room for ${count} blocks of ${size} addresses`);
  return Array.from(
    { length: count },
    (_, i) => `${toAddress(toNumber(address) + i * size)}/${32 - hostBits}`,
  );
};
