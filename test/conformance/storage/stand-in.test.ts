import { startStandIn } from '../compute/stand-in-cloud.ts';
import { storageSuite } from './suite.ts';

storageSuite('the stand-in', startStandIn);
