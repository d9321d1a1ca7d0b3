import { startMoto } from './moto-cloud.ts';
import { computeSuite } from './suite.ts';

computeSuite('moto', startMoto);
