import { randomInt } from 'node:crypto';

/** An address out of 203.0.113.0/24, which is reserved for examples and leads nowhere. */
export const newPublicAddress = (): string => `203.0.113.${randomInt(1, 255)}`;
