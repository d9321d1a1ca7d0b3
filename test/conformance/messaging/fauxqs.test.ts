import { startFauxqs } from './fauxqs-cloud.ts';
import { messagingSuite } from './suite.ts';

messagingSuite('fauxqs', startFauxqs);
