import type { Context } from './context.ts';

/** Where users reach the platform, without a trailing slash; empty where only CloudFront knows it. */
export const publicUrl = ({ customDomain }: Context): string =>
  customDomain ? `https://${customDomain.name}` : '';
