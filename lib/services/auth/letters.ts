import type { Mail } from '../mail/schema.ts';

/** @param publicUrl where users reach the API, or empty where that isn't configured */
export const passwordResetLetter = (to: string, token: string, publicUrl: string): Mail => ({
  to,
  subject: 'Reset your password',
  text: [
    'Somebody, hopefully you, asked to reset the password of this account.',
    '',
    `Your reset token: ${token}`,
    '',
    `To set a new password, send it within one hour, once, to POST ${publicUrl}/auth/reset-password as`,
    '{"token": "<the token>", "new_password": "<your new password>"}.',
    '',
    'If it was not you, do nothing: your password stays as it is.',
  ].join('\n'),
});

export const passwordChangedLetter = (to: string): Mail => ({
  to,
  subject: 'Your password was changed',
  text: [
    'The password of this account was just changed.',
    '',
    'Every token, and every API key that came from a login, has ended. API keys that you made yourself still work;',
    'revoke those you do not recognise with GET and DELETE /auth/keys.',
    '',
    'If it was not you, reset your password at once with POST /auth/forgot-password.',
  ].join('\n'),
});
