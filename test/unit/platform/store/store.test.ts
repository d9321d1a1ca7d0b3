import { storeSuite } from '../../../support/store-suite.ts';
import { startTables } from '../../../support/tables.ts';

storeSuite('dynoxide', () => startTables());
