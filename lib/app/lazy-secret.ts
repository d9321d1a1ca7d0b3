import type { SecretReader } from '../platform/auth/secret-reader.ts';

/** A secret whose client is loaded when it is first needed, for a token or a sealed text: not at every cold start. */
export const lazySecret = (arn: string): SecretReader => {
  let loading: Promise<SecretReader> | undefined;
  return {
    async read(signal) {
      loading ??= import('./platform-secret.ts').then(({ platformSecret }) => platformSecret(arn));
      return (await loading).read(signal);
    },
  };
};
