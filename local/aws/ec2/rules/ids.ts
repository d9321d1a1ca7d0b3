import { randomBytes } from 'node:crypto';

/** A fresh id as AWS makes them: the kind's prefix and 17 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;

/** EC2 still accepts the ids of 8 digits that it made until 2018. */
export const isWellFormedId = (prefix: string, id: string): boolean =>
  id.startsWith(`${prefix}-`) && /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length + 1));

/** A locally administered MAC address of the kind EC2 gives to network interfaces. */
export const newMacAddress = (): string =>
  ['02', ...[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
