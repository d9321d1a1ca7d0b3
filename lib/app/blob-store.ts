import { createS3BlobStore } from '../services/objects/backend.s3.ts';
import type { BlobStore } from '../services/objects/backend.ts';
import { config } from './config.ts';
import { s3Client } from './s3.ts';

/** The bucket for tenants' bytes. */
export const blobStore = (): BlobStore =>
  createS3BlobStore({ s3: s3Client(), bucket: config('OBJECTS_BUCKET').OBJECTS_BUCKET });
