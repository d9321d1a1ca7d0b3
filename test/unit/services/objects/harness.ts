import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { behindRestApi } from '../../../../lib/platform/http/rest-api.ts';
import { serve } from '../../../../lib/platform/http/serve.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createApproximateLimiter } from '../../../../lib/platform/limits/approximate-limiter.ts';
import { perSecond } from '../../../../lib/platform/limits/gcra.ts';
import type { Logger } from '../../../../lib/platform/logging/logger.ts';
import type { Item, Tables } from '../../../../lib/platform/table/types.ts';
import { type Attributes, toItem } from '../../../../lib/platform/table/values.ts';
import { storedObjectRoutes } from '../../../../lib/services/object-routes.ts';
import { createS3BlobStore } from '../../../../lib/services/objects/backend.s3.ts';
import type { BlobStore } from '../../../../lib/services/objects/backend.ts';
import { inBand } from '../../../../lib/services/objects/limits.ts';
import {
  createClear,
  createClearer,
  createHeads,
  createRoom,
  Objects,
  Uploads,
} from '../../../../lib/services/objects/service.ts';
import { startS3, type TestS3 } from '../../../support/s3.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { contextOf, principalOf } from '../../platform/http/harness.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: an answer that the test looks into
  json: any;
}

export interface Sent {
  /** As it goes over the wire: percent-encoded. */
  path: string;
  query?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | object;
  /** Name of the tenant; `one` where it is left out. */
  as?: string;
}

/** An event of a REST API (format 1.0), as API Gateway makes it with the binary media type `*\/*`. */
const eventOf = ({ path, query = '', method = 'GET', headers = {}, body, as = 'one' }: Sent) => {
  const bytes = body instanceof Uint8Array ? body : body && Buffer.from(JSON.stringify(body));
  const given = { 'X-API-Key': as, Host: 'example.com', ...headers };
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = [...(parameters[name] ?? []), value];
  return {
    resource: '/storage/{proxy+}',
    path,
    httpMethod: method,
    headers: given,
    multiValueHeaders: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: parameters,
    pathParameters: { proxy: path.split('/').slice(2).join('/') },
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      protocol: 'HTTP/1.1',
      requestId: 'request',
      stage: 'edge',
      requestTimeEpoch: 0,
      identity: { sourceIp: '127.0.0.1', userAgent: headers['User-Agent'] ?? '' },
    },
    body: bytes ? Buffer.from(bytes).toString('base64') : null,
    isBase64Encoded: bytes !== undefined,
  } as unknown as APIGatewayProxyEvent;
};

/** Where a process dies: at its nth change of anything, before or after it has its effect. */
export interface Death {
  step: number;
  when: 'before' | 'after';
}

export interface World {
  s3: TestS3;
  db: TestTables;
  clock: { now(): number; time: number };
  /** From here on the process dies at that step; `undefined` brings a new one. */
  dies(death: Death | undefined): void;
  /** Whether it died since. */
  isDead(): boolean;
  /** What does not add up between tables and Amazon S3, in words. */
  audit(): Promise<string[]>;
  call(sent: Sent): Promise<Answer>;
  /** Clears away what is due. */
  clear(): Promise<number>;
  objects: Objects;
  uploads: Uploads;
  /** Keys of the bytes that are kept. */
  kept(): string[];
  failures: unknown[];
  tables: Tables;
  stop(): Promise<void>;
}

const sum = (numbers: readonly unknown[]): number =>
  numbers.reduce<number>((total, one) => total + Number(one ?? 0), 0);

/** What does not add up: bytes without a version or a clearing, versions without bytes, counters that are off. */
const audit = async ({ client, names }: TestTables, kept: readonly string[]): Promise<string[]> => {
  const scanned = await client.send(new ScanCommand({ TableName: names.record, ConsistentRead: true }));
  const items = (scanned.Items ?? []).map((item) => toItem(item as Attributes));
  const below = (pattern: RegExp) => items.filter(({ pk }) => pattern.test(String(pk)));
  const tenantOf = ({ pk }: Item) => String(pk).split('#')[1] ?? '';
  const heads = below(/^T#[^#]+#OBJECT#IN#/);
  const versions = below(/^T#[^#]+#OBJECT#[^#]+#VERSIONS$/);
  const clearings = below(/^OBJECT_CLEARING#/);
  const uploads = below(/^T#[^#]+#OBJECT#UPLOADS$/);
  const problems: string[] = [];
  const known = new Set(versions.map((version) => `${tenantOf(version)}/${version.sk}`));
  const going = new Set(clearings.map(({ tenant, id }) => `${tenant}/${id}`));
  for (const key of kept) if (!known.has(key) && !going.has(key)) problems.push(`nobody knows of ${key}`);
  for (const key of known) if (!kept.includes(key)) problems.push(`the bytes of ${key} are lost`);
  for (const upload of uploads)
    if (!going.has(`${tenantOf(upload)}/${upload.blob}`))
      problems.push(`upload ${upload.sk} is never cleared`);
  for (const head of heads) {
    const own = versions.filter(({ pk }) => String(pk).includes(`#${head.id}#`));
    if (own.length !== head.versions)
      problems.push(`${head.sk} counts ${head.versions} of ${own.length} versions`);
    if (!own.some(({ sk }) => sk === head.version_id)) problems.push(`${head.sk} has no present version`);
  }
  const inBucket = (tenant: string, bucket: string) =>
    heads.filter(({ pk, deleted_at }) => !deleted_at && String(pk) === `T#${tenant}#OBJECT#IN#${bucket}`);
  const places = new Map<string, [string, string]>();
  const ofBucket = (tenant: string, bucket: string) => places.set(`${tenant}/${bucket}`, [tenant, bucket]);
  const counted = below(/^T#[^#]+#OBJECT#BUCKETS$/);
  for (const one of counted) ofBucket(tenantOf(one), String(one.sk));
  for (const { pk } of heads) {
    const [, tenant = '', bucket = ''] = /^T#([^#]+)#OBJECT#IN#(.*)$/s.exec(String(pk)) ?? [];
    ofBucket(tenant, bucket);
  }
  for (const [tenant, bucket] of places.values()) {
    const found = counted.find((one) => tenantOf(one) === tenant && one.sk === bucket);
    const own = inBucket(tenant, bucket);
    const expected = [own.length, sum(own.map(({ size_bytes }) => size_bytes))];
    const actual = [found?.objects ?? 0, found?.size_bytes ?? 0];
    if (String(actual) !== String(expected))
      problems.push(`bucket ${bucket} of ${tenant} holds ${expected}, and says ${actual}`);
  }
  for (const counter of items.filter(({ pk, sk }) => String(pk).endsWith('#COUNTER') && sk === 'OBJECT')) {
    const tenant = tenantOf(counter);
    const own = (all: Item[]) => all.filter((item) => tenantOf(item) === tenant);
    const held = clearings
      .filter((one) => one.tenant === tenant && !one.claimed)
      .map(({ reserved }) => reserved);
    const bytes = sum(own(versions).map(({ size_bytes }) => size_bytes)) + sum(held);
    const expected = [own(heads).length, bytes, own(heads).filter(({ deleted_at }) => !deleted_at).length];
    const counted = [counter.used_objects ?? 0, counter.used_object_bytes ?? 0, counter.total ?? 0];
    if (String(counted) !== String(expected))
      problems.push(`${tenant}: objects, bytes, listed are ${expected}, and counted ${counted}`);
  }
  return problems;
};

/** Calls that change something. */
const changes = new Set([
  'transact',
  'write',
  'writeAll',
  'put',
  'copy',
  'delete',
  'beginParts',
  'completeParts',
  'abortParts',
]);

/** Lets a process die in the middle: from then on it does nothing any more. */
const createMortality = () => {
  let death: Death | undefined;
  let steps = 0;
  let dead = false;
  const mortal = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const method = Reflect.get(object, name) as unknown;
        if (typeof method !== 'function' || !changes.has(String(name))) return method;
        return async (...input: unknown[]) => {
          if (dead) throw new Error('the process is dead');
          const isLast = death !== undefined && ++steps === death.step;
          if (isLast && death?.when === 'before') dead = true;
          if (dead) throw new Error('the process died before it');
          const output = await (method as (...input: unknown[]) => unknown).apply(object, input);
          if (isLast) {
            dead = true;
            throw new Error('the process died after it');
          }
          return output;
        };
      },
    });
  const dies = (next: Death | undefined) => {
    death = next;
    steps = 0;
    dead = false;
  };
  return { mortal, dies, isDead: () => dead };
};

/** Object storage whole, from the event of a REST API to an Amazon S3 and the tables. */
export const startWorld = async (limits: Record<string, number> = {}): Promise<World> => {
  const [s3, db] = await Promise.all([startS3('objects'), startTables()]);
  const clock = { time: Date.UTC(2026, 10, 21, 10), now: () => clock.time };
  const { mortal, dies, isDead } = createMortality();
  const tables = mortal(db.tables);
  const blobs: BlobStore = mortal(createS3BlobStore({ s3: s3.client, bucket: 'objects' }));
  const parts = { tables, clock, newId, room: createRoom(limits), blobs: async () => blobs };
  const services = { objects: new Objects(parts), uploads: new Uploads(parts) };
  const failures: unknown[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (_message: string, fields: { error?: unknown }) => failures.push(fields.error),
  };
  const limiter = createApproximateLimiter({
    shape: perSecond(1_000, 1_000),
    shared: { take: () => Promise.reject(new Error('not asked')) },
    clock,
    report: () => {},
  });
  const handler = behindRestApi(
    serve(
      storedObjectRoutes,
      {
        tables,
        clock,
        newId,
        logger: log as unknown as Logger,
        keyLimiter: limiter,
        originSecret: '',
        allowedOrigins: [],
        bodyLimit: inBand,
      },
      () => ({
        services,
        authenticator: {
          authenticate: async (credential: { apiKey?: string }) => principalOf(credential.apiKey ?? '', []),
          forget: () => {},
        } as never,
      }),
    ),
  );
  const clearer = createClearer({ tables, clock, log, clear: createClear(parts, createHeads(parts)) });
  const kept = () => s3.store.listObjects('objects', { maxKeys: 1_000 }).objects.map(({ key }) => key);
  return {
    s3,
    db,
    clock,
    dies,
    isDead,
    audit: () => audit(db, kept()),
    tables,
    failures,
    ...services,
    async call(sent) {
      const answer = await handler(eventOf(sent), contextOf());
      const bytes = Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8');
      const headers = Object.fromEntries(
        Object.entries(answer.multiValueHeaders ?? {}).map(([name, values]) => [name, String(values[0])]),
      );
      const isJson = headers['content-type']?.startsWith('application/json') && !answer.isBase64Encoded;
      return {
        status: answer.statusCode,
        headers,
        bytes,
        json: isJson && bytes.length ? JSON.parse(String(bytes)) : undefined,
      };
    },
    clear: () => clearer(new AbortController().signal),
    kept,
    stop: async () => {
      await Promise.all([s3.stop(), db.stop()]);
    },
  };
};
