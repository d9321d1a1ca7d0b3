import type { buildApp } from 'fauxqs';

/** fauxqs' stores, typed by what its own `buildApp` takes. */
export type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type SqsStore = Stores['sqsStore'];
export type SqsQueue = NonNullable<ReturnType<SqsStore['getQueueByName']>>;
export type S3Store = Stores['s3Store'];
export type SnsStore = Stores['snsStore'];

/** fauxqs' write-through to SQLite, as far as the engine touches it. */
export interface Persistence {
  db: import('node:sqlite').DatabaseSync;
  load(sqs: SqsStore, sns: SnsStore, s3: S3Store): void;
  updateMessageReady(messageId: string): void;
  close(): void;
}

interface Parts {
  createStores(): Stores;
  openPersistence(dataDir: string): Persistence;
}

/** fauxqs' expression for what a body must not hold takes a letter beyond U+FFFF for two that it must not; SQS takes it. */
const takeAllPlanes = (invalid: RegExp): void => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: tab, line feed and carriage return are the three that SQS takes
  const whole = /[^\x09\x0A\x0D\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
  invalid.test = (text) => whole.test(text);
};

/**
 * The classes behind fauxqs' server. Its `startFauxqs` listens on all of the machine's addresses; these parts let the
 * engine put the same server on the loopback address only, and read queues without HTTP. They are not in the package's
 * export map, so they are loaded by file.
 */
export const loadFauxqsParts = async (): Promise<Parts> => {
  const load = (file: string) => import(new URL(file, import.meta.resolve('fauxqs')).href);
  const [types, sqs, sns, s3, persistence] = await Promise.all([
    load('./sqs/sqsTypes.js'),
    load('./sqs/sqsStore.js'),
    load('./sns/snsStore.js'),
    load('./s3/s3Store.js'),
    load('./persistence.js'),
  ]);
  takeAllPlanes(types.INVALID_MESSAGE_BODY_CHAR);
  return {
    createStores: () => ({
      sqsStore: new sqs.SqsStore(),
      snsStore: new sns.SnsStore(),
      s3Store: new s3.S3Store(),
    }),
    openPersistence: (dataDir) => new persistence.PersistenceManager(dataDir),
  };
};
