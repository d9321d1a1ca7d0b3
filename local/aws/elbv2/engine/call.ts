import type { Scope } from '../../ec2/store/collection.ts';
import type { Caller } from '../../stand-in.ts';
import type { DataPlane } from '../data-plane/data-plane.ts';
import type { Ec2View } from '../ec2-view.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { AccountLimits } from './account-limits.ts';
import type { Settings } from './settings.ts';

/** What an action works with during one call. */
export interface Call extends AccountStore {
  caller: Caller;
  scope: Scope;
  /** Milliseconds since the epoch, the same for the whole call. */
  now: number;
  limits: AccountLimits;
  settings: Settings;
  ec2: Ec2View;
  dataPlane: DataPlane;
}
