import { startKms } from '../../unit/services/secrets/harness.ts';
import { secretsSuite } from './suite.ts';

secretsSuite('the stand-in', async () => {
  const kms = await startKms();
  return {
    keys: kms.keys,
    keysOfNobody: kms.keysOf('arn:aws:kms:us-east-1:000000000000:key/none'),
    stop: kms.stop,
  };
});
