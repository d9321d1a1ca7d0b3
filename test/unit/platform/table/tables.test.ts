import { tableSuite } from '../../../support/table-suite.ts';
import { startTables } from '../../../support/tables.ts';

tableSuite('dynoxide', () => startTables());
