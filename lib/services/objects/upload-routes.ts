import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { StoredObject } from './schema.ts';
import type { Objects } from './service.ts';
import {
  CompleteUpload,
  CreateUpload,
  SignDownload,
  SignedDownload,
  SignedParts,
  SignParts,
  Upload,
} from './upload-schema.ts';
import type { Uploads } from './uploads.ts';

const uploadRoute = route<{ objects: Objects; uploads: Uploads }>();

const createUpload = uploadRoute({
  method: 'POST',
  path: '/storage-uploads',
  permission: 'authenticated',
  idempotent: { exempt: 'its answer holds a signed URL; an upload that is not completed goes after a day' },
  summary: 'Begin an upload that goes around the API',
  description:
    'For objects of any size up to 5 TiB. In one piece: PUT the bytes to `target.url` with `target.headers`. In parts (`multipart`, above 8 MiB by default): ask for the parts’ URLs, PUT each, keep its `ETag`. Then complete it: until then nothing is there. Its bytes are taken from the quota at once.',
  body: CreateUpload,
  responds: { status: 201, body: Upload },
  errors: ['RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { uploads }) => uploads.create(caller, body),
});

const getUpload = uploadRoute({
  method: 'GET',
  path: '/storage-uploads/:id',
  permission: 'authenticated',
  summary: 'Get an upload',
  params: IdParams,
  responds: { status: 200, body: Upload },
  handle: ({ params, caller }, { uploads }) => uploads.get(caller, params.id),
});

const signParts = uploadRoute({
  method: 'POST',
  path: '/storage-uploads/:id/parts',
  permission: 'authenticated',
  idempotent: { exempt: 'it changes nothing' },
  summary: 'Get signed URLs for parts of an upload',
  description: 'For one hour. A part that is sent again replaces the one before.',
  params: IdParams,
  body: SignParts,
  responds: { status: 200, body: SignedParts },
  errors: ['CONFLICT'],
  handle: ({ params, body, caller }, { uploads }) => uploads.sign(caller, params.id, body),
});

const completeUpload = uploadRoute({
  method: 'POST',
  path: '/storage-uploads/:id/complete',
  permission: 'authenticated',
  idempotent: { exempt: 'a repeat gets the same object' },
  summary: 'Make what was uploaded the object',
  description: 'What is there must have the size that was announced.',
  params: IdParams,
  body: CompleteUpload,
  responds: { status: 200, body: StoredObject },
  errors: ['RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { uploads }) => uploads.complete(caller, params.id, body),
});

const abortUpload = uploadRoute({
  method: 'DELETE',
  path: '/storage-uploads/:id',
  permission: 'authenticated',
  idempotent: { exempt: 'a repeat finds that it is gone' },
  summary: 'Abort an upload',
  params: IdParams,
  responds: { status: 204, body: 'empty' },
  errors: ['CONFLICT'],
  handle: ({ params, caller }, { uploads }) => uploads.abort(caller, params.id),
});

const signDownload = uploadRoute({
  method: 'POST',
  path: '/storage-downloads',
  permission: 'authenticated',
  idempotent: { exempt: 'it changes nothing' },
  summary: 'Get a signed URL for the bytes of an object',
  description: 'Whoever has it can download them until it ends.',
  body: SignDownload,
  responds: { status: 200, body: SignedDownload },
  errors: ['OBJECT_NOT_FOUND'],
  handle: ({ body, caller }, { objects }) => objects.sign(caller, body),
});

export const uploadRoutes = [
  createUpload,
  getUpload,
  signParts,
  completeUpload,
  abortUpload,
  signDownload,
] as const;
