import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3BlobStore } from '../../../lib/services/objects/backend.s3.ts';
import { type BlobStore, PartsRefused } from '../../../lib/services/objects/backend.ts';
import { localS3Client } from '../../support/s3.ts';

/** A server in Amazon S3's place. */
export interface S3Server {
  url: string;
  /** Where it checks signatures. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  stop(): Promise<void>;
}

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const partBytes = 5 * 1024 ** 2;

/** What the BlobStore port promises, held by the adapter on a server that others have written. */
export const blobSuite = (label: string, start: () => Promise<S3Server>) =>
  describe(`bytes in Amazon S3, on ${label}`, () => {
    let server: S3Server;
    let client: S3Client;
    let store: BlobStore;
    const signal = AbortSignal.timeout(120_000);
    const newBlob = () => ({ tenant: randomUUID(), id: randomUUID() });

    beforeAll(async () => {
      server = await start();
      client = localS3Client(server.url, 3, server.credentials);
      await client.send(new CreateBucketCommand({ Bucket: 'objects' }));
      store = createS3BlobStore({ s3: client, bucket: 'objects' });
    });
    afterAll(async () => {
      client?.destroy();
      await server?.stop();
    });

    it('come back byte for byte, whole and in part, until they are deleted, once or twice', async () => {
      const blob = newBlob();
      expect(await store.facts(blob, signal)).toBeUndefined();
      const { size, etag } = await store.put(blob, everyByte, signal);
      expect([size, etag]).toEqual([256, '"e2c865db4162bed963bfaa9ef6ac18f0"']);
      expect(await store.facts(blob, signal)).toEqual({ size, etag });
      expect(Buffer.from(await store.read(blob, undefined, signal)).equals(everyByte)).toBe(true);
      const part = await store.read(blob, { first: 250, last: 255 }, signal);
      expect([...part]).toEqual([250, 251, 252, 253, 254, 255]);
      await store.delete(blob, signal);
      await store.delete(blob, signal);
      expect(await store.facts(blob, signal)).toBeUndefined();
    });

    it('are copied, and the copy stays when they are deleted', async () => {
      const [from, to] = [newBlob(), newBlob()];
      const { etag } = await store.put(from, everyByte, signal);
      expect(await store.copy(from, to, signal)).toEqual({ etag });
      await store.delete(from, signal);
      expect(Buffer.from(await store.read(to, undefined, signal)).equals(everyByte)).toBe(true);
      expect(await store.copy(from, newBlob(), signal)).toBeUndefined();
    });

    it('can be none', async () => {
      const blob = newBlob();
      expect((await store.put(blob, new Uint8Array(), signal)).size).toBe(0);
      expect((await store.facts(blob, signal))?.size).toBe(0);
    });

    it('are put together of parts, each by its signed URL; done twice, it is done', async () => {
      const blob = newBlob();
      const upload = await store.beginParts(blob, signal);
      const pieces = [Buffer.alloc(partBytes, 1), Buffer.from('the rest')];
      const parts = await Promise.all(
        pieces.map(async (piece, index) => {
          const part = { number: index + 1, size: piece.length };
          const { url } = await store.signPart(blob, upload, part, 60);
          const answer = await fetch(url, { method: 'PUT', body: piece });
          expect(answer.status).toBe(200);
          return { part_number: part.number, etag: answer.headers.get('etag') ?? '' };
        }),
      );
      await store.completeParts(blob, upload, parts, signal);
      await store.completeParts(blob, upload, parts, signal);
      expect((await store.facts(blob, signal))?.size).toBe(partBytes + 8);
      const end = await store.read(blob, { first: partBytes, last: partBytes + 7 }, signal);
      expect(Buffer.from(end).toString()).toBe('the rest');
    });

    it('are not put together of parts that are not there', async () => {
      const blob = newBlob();
      const upload = await store.beginParts(blob, signal);
      const { url } = await store.signPart(blob, upload, { number: 1, size: 1 }, 60);
      await fetch(url, { method: 'PUT', body: 'x' });
      const wrong = [{ part_number: 1, etag: '"00000000000000000000000000000000"' }];
      await expect(store.completeParts(blob, upload, wrong, signal)).rejects.toBeInstanceOf(PartsRefused);
      expect(await store.facts(blob, signal)).toBeUndefined();
    });

    it('of an aborted upload are not there, and aborting again does nothing', async () => {
      const blob = newBlob();
      const upload = await store.beginParts(blob, signal);
      await store.abortParts(blob, upload, signal);
      await store.abortParts(blob, upload, signal);
      expect(await store.facts(blob, signal)).toBeUndefined();
    });

    it('come and go by signed URLs, with the name and type that were asked for', async () => {
      const blob = newBlob();
      const { url, headers } = await store.signPut(blob, everyByte.length, 60);
      const { 'content-length': _, ...others } = headers;
      const sent = await fetch(url, { method: 'PUT', headers: others, body: everyByte });
      expect(sent.status).toBe(200);
      const contentDisposition = 'attachment; filename="caf_.png"; filename*=UTF-8\'\'caf%C3%A9.png';
      const signed = await store.signGet(blob, { contentType: 'image/png', contentDisposition }, 60);
      const got = await fetch(signed);
      expect(Buffer.from(await got.arrayBuffer()).equals(everyByte)).toBe(true);
      const asked = new URL(signed).searchParams;
      expect(asked.get('response-content-disposition')).toBe(contentDisposition);
      expect(asked.get('response-content-type')).toBe('image/png');
    });
  });
