import { randomBytes } from 'node:crypto';

/** A request id as API Gateway's HTTP APIs make them, for example `JKJaXmPLvHcESHA=`. */
export const requestId = (): string => randomBytes(11).toString('base64');
