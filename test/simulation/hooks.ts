import { registerHooks } from 'node:module';
import type { Plant } from './plants/plant.ts';

const root = new URL('../../', import.meta.url);

const realClient = new URL('lib/platform/aws/client.ts', root).href;
const simulatedClient = new URL('aws/client.ts', import.meta.url).href;

/**
 * Two things are put in the way of this thread's module loader, before it loads any of the platform: AWS clients are the
 * simulator's, and a planted bug is sown into the source that it is for.
 *
 * @throws Error, as the module is loaded, where a plant's place is not there any more, or there more than once
 */
export const hookModules = (plant: Plant | undefined): void => {
  const sown = new Map((plant?.changes ?? []).map((change) => [new URL(change.file, root).href, change]));
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      return resolved.url === realClient ? { ...resolved, url: simulatedClient } : resolved;
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const change = sown.get(url);
      if (!change) return loaded;
      const source = String(loaded.source);
      if (source.split(change.find).length !== 2)
        throw new Error(`${change.file} does not hold, just once: ${change.find}`);
      return { ...loaded, source: source.replace(change.find, () => change.replace) };
    },
  });
};
