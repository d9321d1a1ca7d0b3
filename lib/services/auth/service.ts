import { CloudError } from '../../platform/errors/index.ts';
import type { PublicCaller } from '../../platform/http/caller.ts';
import type { Tally } from '../../platform/totals/tally.ts';
import { mintLoginKey } from './api-keys.ts';
import { createLockout } from './lockout.ts';
import { forgotPassword, resetPassword } from './password-reset.ts';
import { type RegistrationParts, register } from './registration.ts';
import type {
  JsonWebKeySet,
  LoggedIn,
  Login,
  Register,
  ResetPassword,
  TokenAnswer,
  TokenRequest,
  User,
} from './schema.ts';
import type { SigningKeyParts } from './signing-keys.ts';
import type { TokenService } from './token-service.ts';
import { wireUser } from './users.ts';
import { verifyLogin } from './verify-login.ts';

export { administratorsGrow, administratorsShrink } from './administrators.ts';
export { authLetters } from './letter-writers.ts';
export { createLockout } from './lockout.ts';
export { hashPassword } from './password.ts';
export { setPassword } from './password-reset.ts';
export { addUser, findUserByEmail, onPlatform, requireStrength, userKind, wireUser } from './users.ts';

export interface AuthParts extends RegistrationParts, SigningKeyParts {
  /** `tokenIssuer(stage)`. */
  issuer: string;
  /** Makes this process forget what it has cached of credentials. */
  forget(): void;
  /** Counts attempts by their result: `success` or `failure`; left out, nobody does. */
  attempts?: Tally;
}

/** How somebody becomes a user, and proves to be one. */
export const createAuth = (parts: AuthParts) => {
  const lockout = createLockout(parts);
  const whole = { ...parts, lockout };
  let loading: Promise<TokenService> | undefined;

  /** The JWT library is evaluated when the first token is asked for, not at every cold start. */
  const tokens = (): Promise<TokenService> => {
    loading ??= import('./token-service.ts').then(({ createTokenService }) => createTokenService(whole));
    return loading;
  };

  /** Counts how an attempt ended. One that could not be decided, for want of the table, is none. */
  const counted = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      const proved = await attempt;
      await parts.attempts?.('success');
      return proved;
    } catch (error) {
      if (error instanceof CloudError && error.type === 'UNAUTHORIZED') await parts.attempts?.('failure');
      throw error;
    }
  };

  return {
    register: (caller: PublicCaller, body: Register): Promise<User> => register(whole, caller, body),

    /** Every login mints a further key (contract 2.1). @throws CloudError `UNAUTHORIZED` */
    async login(caller: PublicCaller, body: Login): Promise<LoggedIn> {
      const user = await counted(verifyLogin(whole, caller, body));
      return { user: wireUser(user), api_key: await mintLoginKey(whole, user, caller.signal) };
    },

    forgotPassword: (caller: PublicCaller, email: string): Promise<void> =>
      forgotPassword(whole, caller, email),
    resetPassword: (caller: PublicCaller, body: ResetPassword): Promise<void> =>
      resetPassword(whole, caller, body),
    /** @throws CloudError `UNAUTHORIZED` whatever the reason */
    issueTokens: async (caller: PublicCaller, body: TokenRequest): Promise<TokenAnswer> =>
      counted((await tokens()).issue(caller, body)),
    publishedKeys: async (caller: PublicCaller): Promise<JsonWebKeySet> =>
      (await tokens()).publishedKeys(caller),
  };
};

export type Auth = ReturnType<typeof createAuth>;
