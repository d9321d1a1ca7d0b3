import { startMotoServer } from '../compute/moto-cloud.ts';
import { blobSuite } from './suite.ts';

blobSuite('moto', startMotoServer);
