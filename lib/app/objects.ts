import type { Tables } from '../platform/table/types.ts';
import type { ObjectServices } from '../services/object-routes.ts';
import type { BlobStore } from '../services/objects/backend.ts';
import { createRoom, Objects, Uploads } from '../services/objects/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** Where bytes are kept. The S3 client is loaded with the first request that moves bytes: lists and deletes never do. */
const lazyBlobs = (): (() => Promise<BlobStore>) => {
  let loading: Promise<BlobStore> | undefined;
  return () => {
    loading ??= import('./blob-store.ts').then(({ blobStore }) => blobStore());
    return loading;
  };
};

/** Objects, their versions, and uploads that go around the API. */
export const composeObjects = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'clock' | 'newId'> & { tables: Tables }): App<ObjectServices> => {
  const room = createRoom(config('DEFAULT_QUOTAS').DEFAULT_QUOTAS);
  const parts = { tables, clock, newId, room, blobs: lazyBlobs() };
  return { services: { objects: new Objects(parts), uploads: new Uploads(parts) } };
};
