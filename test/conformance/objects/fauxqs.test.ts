import { startS3 } from '../../support/s3.ts';
import { blobSuite } from './suite.ts';

blobSuite('fauxqs', () => startS3('another'));
