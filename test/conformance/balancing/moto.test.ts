import { startMoto } from './moto-cloud.ts';
import { balancingSuite } from './suite.ts';

balancingSuite('moto', startMoto);
