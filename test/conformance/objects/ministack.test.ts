import { startMiniStack } from '../deploy/ministack.ts';
import { blobSuite } from './suite.ts';

blobSuite('MiniStack', () => startMiniStack({ isOpen: true }));
