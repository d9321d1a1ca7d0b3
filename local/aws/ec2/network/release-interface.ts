import type { AccountStore } from '../store/account-store.ts';
import type { InterfaceRecord } from '../store/records.ts';

/**
 * Lets an interface go. Where AWS takes a moment for that, its subnet, address and groups stay in use for so long.
 * @param due when it is released; now or earlier: at once
 */
export const releaseInterface = (
  record: InterfaceRecord,
  store: AccountStore,
  { due, now }: { due: number; now: number },
): void => {
  if (due > now) {
    store.interfaces.put({ ...record, publicAddress: undefined, due });
    return;
  }
  store.addresses.release(record.id);
  store.interfaces.delete(record.id);
};
