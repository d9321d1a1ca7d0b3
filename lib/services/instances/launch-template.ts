import * as z from 'zod/mini';
import { LaunchInstance } from './schema.ts';

/**
 * What instances that are launched for somebody are all alike in: a launch without a name of its own, and without what only
 * one instance can have or only a first boot needs (volumes, an address, user data), which is left out unread.
 */
export const LaunchTemplate = z.omit(LaunchInstance, {
  name: true,
  volumes: true,
  private_ip: true,
  user_data: true,
});
export type LaunchTemplate = z.infer<typeof LaunchTemplate>;
