import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createGate } from './gate.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. About 20 ms of one core. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

/** Two at once take 38 MiB and half of libuv's threads; more would only make each other slow. */
const gate = createGate(2);

const derive = promisify(argon2);

const hashWith = async (password: string, salt: Buffer, signal: AbortSignal): Promise<Buffer> =>
  gate(signal, async () =>
    Buffer.from(
      // Equal letters typed on different systems must give equal bytes (NIST SP 800-63B, 5.1.1.2).
      await derive('argon2id', {
        message: password.normalize('NFKC'),
        nonce: salt,
        tagLength: hashBytes,
        ...cost,
      }),
    ),
  );

const prefix = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$`;
const encoded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** argon2id in the PHC string format. */
export const hashPassword = async (password: string, signal: AbortSignal): Promise<string> => {
  const salt = randomBytes(saltBytes);
  return `${prefix}${encoded(salt)}$${encoded(await hashWith(password, salt, signal))}`;
};

/** Verifying against it takes as long as against anybody's, and never succeeds: no input gives a hash of zeros that anyone knows. */
const nobody = `${prefix}${encoded(Buffer.alloc(saltBytes))}$${encoded(Buffer.alloc(hashBytes))}`;

/**
 * @param stored a hash of `hashPassword`, or `undefined` for an unknown user: then as much time goes by, and it is false
 * @throws Error where the stored hash has another form
 */
export const verifyPassword = async (
  password: string,
  stored: string | undefined,
  signal: AbortSignal,
): Promise<boolean> => {
  const phc = stored ?? nobody;
  const [salt, hash] = phc.slice(prefix.length).split('$');
  if (!phc.startsWith(prefix) || !salt || !hash)
    throw new Error('a stored password hash has an unknown form');
  const actual = await hashWith(password, Buffer.from(salt, 'base64'), signal);
  const equal = timingSafeEqual(actual, Buffer.from(hash, 'base64'));
  return equal && stored !== undefined;
};
