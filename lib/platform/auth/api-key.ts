import { randomBytes } from 'node:crypto';

const form = /^thecloud_[0-9a-f]{32}$/;

/** A fresh key: `thecloud_` and 16 random bytes in lower-case hex (contract 1.1). */
export const newApiKey = (): string => `thecloud_${randomBytes(16).toString('hex')}`;

/** Whether the text could be a key at all; anything else is refused without a read. */
export const isApiKey = (text: string): boolean => form.test(text);

/** What a list may show of a key: enough to recognise it, too little to guess it. */
export const masked = (key: string): string => `${key.slice(0, 13)}…`;
