import { startMoto } from '../compute/moto-cloud.ts';
import { networkSuite } from './suite.ts';

networkSuite('moto', startMoto);
