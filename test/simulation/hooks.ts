import { registerHooks } from 'node:module';
import type { Plant } from './plants/plant.ts';

const root = new URL('../../', import.meta.url);

/** What the simulator has in the place of the platform's own. */
const replaced = new Map(
  [
    ['lib/platform/aws/client.ts', 'aws/client.ts'],
    ['lib/platform/egress/egress.ts', 'aws/egress.ts'],
    ['lib/services/functions/archive.ts', 'aws/archive.ts'],
  ].map(([real, simulated]) => [
    new URL(real as string, root).href,
    new URL(simulated as string, import.meta.url).href,
  ]),
);

/**
 * Two things are put in the way of this thread's module loader, before it loads any of the platform: AWS clients, and
 * what asks tenants' targets, are the simulator's, and a planted bug is sown into the source that it is for.
 *
 * @throws Error, as the module is loaded, where a plant's place is not there any more, or there more than once
 */
export const hookModules = (plant: Plant | undefined): void => {
  const sown = new Map((plant?.changes ?? []).map((change) => [new URL(change.file, root).href, change]));
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const url = replaced.get(resolved.url);
      return url ? { ...resolved, url } : resolved;
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
