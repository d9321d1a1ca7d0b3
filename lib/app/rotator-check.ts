import { createStore } from '../platform/store/create-store.ts';
import { functionKind } from '../services/functions/service.ts';
import { createRotatorCheck } from '../services/secrets/rotator.ts';
import type { AppParts } from './serve.ts';

/** Functions as rotators of secrets. */
export const rotatorCheck = (parts: Pick<AppParts, 'tables' | 'clock'>) =>
  createRotatorCheck(createStore(functionKind, parts));
