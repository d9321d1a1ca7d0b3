import { afterAll, beforeAll } from 'vitest';
import type { DynamoDbServer } from '../../support/dynoxide.ts';
import { storeSuite } from '../../support/store-suite.ts';
import { tableSuite } from '../../support/table-suite.ts';
import { openTables } from '../../support/tables.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';

let server: DynamoDbServer;
beforeAll(async () => {
  server = await startDynamoDbLocal();
});
afterAll(() => server?.stop());

/** Tables of their own on the one server, which goes on when they are closed. */
const open = () => openTables({ ...server, stop: async () => undefined });

tableSuite('DynamoDB Local', open);
storeSuite('DynamoDB Local', open);
