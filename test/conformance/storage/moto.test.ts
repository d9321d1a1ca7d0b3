import { startMoto } from '../compute/moto-cloud.ts';
import { storageSuite } from './suite.ts';

storageSuite('moto', startMoto);
