import type { CloudError } from '../errors/index.ts';

/**
 * Runs a delete whose transaction may find the resource in use (`createUses`). Who uses it is looked up only then, so that
 * a delete that succeeds does not pay for it.
 *
 * @param remove the delete; it throws what `inUse` gives where something uses the resource
 * @param refusal the answer that names the users
 */
export const removeUnused = async (
  remove: (inUse: () => Error) => Promise<unknown>,
  refusal: (cause: Error) => Promise<CloudError>,
): Promise<void> => {
  const stillUsed = new Error('still used');
  try {
    await remove(() => stillUsed);
  } catch (error) {
    throw error === stillUsed ? await refusal(stillUsed) : error;
  }
};
