import * as z from 'zod/mini';

/** Characters are counted as code points, as the contract's reference and JSON Schema count them; zod counts UTF-16 units. */
const characters = (minLength: number, maxLength: number) =>
  z
    .string()
    .check(
      z.refine((text) => [...text].length >= minLength, {
        error: `must have at least ${minLength} characters`,
      }),
      z.refine((text) => [...text].length <= maxLength, {
        error: `must have at most ${maxLength} characters`,
      }),
    )
    .register(z.globalRegistry, { minLength, maxLength });

/** E-mails are compared in lower case; at most 255 characters. */
export const Email = z.email().check(z.maxLength(255), z.toLowerCase());

/** What a login is tried with: whatever is no known e-mail fails as a wrong password does. */
const EmailAttempt = z.string().check(z.minLength(1), z.maxLength(255), z.toLowerCase());
const PasswordAttempt = characters(1, 72);

const Password = characters(8, 72);
const UserName = characters(2, 100);

export const User = z.object({
  id: z.guid(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type User = z.infer<typeof User>;

export const ApiKey = z.object({
  id: z.guid(),
  user_id: z.guid(),
  /** Whole in the answer that makes it, and never again: elsewhere its first characters. */
  key: z.string(),
  name: z.string(),
  created_at: z.iso.datetime(),
  /** To the minute; `0001-01-01T00:00:00Z` where never. */
  last_used: z.iso.datetime(),
  /** What the key is narrowed to; left out: all that its owner may do. */
  scopes: z.optional(z.array(z.string())),
  expires_at: z.optional(z.iso.datetime()),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const Register = z.object({
  email: Email,
  password: Password,
  name: UserName,
  /** Needed where registration is by invitation. */
  invitation: z.optional(z.string().check(z.maxLength(200))),
});
export type Register = z.infer<typeof Register>;

export const Login = z.object({ email: EmailAttempt, password: PasswordAttempt });
export type Login = z.infer<typeof Login>;

export const LoggedIn = z.object({ user: User, api_key: z.string() });
export type LoggedIn = z.infer<typeof LoggedIn>;

export const ForgotPassword = z.object({ email: Email });
export type ForgotPassword = z.infer<typeof ForgotPassword>;

export const ResetPassword = z.object({
  token: z.string().check(z.minLength(1), z.maxLength(200)),
  new_password: Password,
});
export type ResetPassword = z.infer<typeof ResetPassword>;

export const Message = z.object({ message: z.string() });
export type Message = z.infer<typeof Message>;

export const CreateApiKey = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
  /** A subset of the owner's permissions. */
  scopes: z.optional(z.array(z.string().check(z.maxLength(64))).check(z.minLength(1), z.maxLength(60))),
  /** In the future. */
  expires_at: z.optional(z.iso.datetime({ offset: true })),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;

/** Exactly one of the three ways to prove who one is. */
export const TokenRequest = z.union([
  Login,
  z.object({ api_key: z.string().check(z.minLength(1), z.maxLength(200)) }),
  z.object({ refresh_token: z.string().check(z.minLength(1), z.maxLength(200)) }),
]);
export type TokenRequest = z.infer<typeof TokenRequest>;

export const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  /** Seconds. */
  expires_in: z.int(),
  refresh_token: z.string(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

export const JsonWebKeySet = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      kty: z.string(),
      crv: z.string(),
      x: z.string(),
      alg: z.string(),
      use: z.literal('sig'),
    }),
  ),
});
export type JsonWebKeySet = z.infer<typeof JsonWebKeySet>;
