import { hash } from 'node:crypto';

/**
 * SHA-256 as 64 hex digits. For secrets of 128 random bits and more, which need no slow hash: there is nothing to guess.
 * Passwords are hashed with argon2id instead (`lib/services/auth/password.ts`).
 */
export const sha256 = (text: string): string => hash('sha256', text);
