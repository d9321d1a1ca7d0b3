import { startMotoServer } from '../compute/moto-cloud.ts';
import { sqsAt } from './fauxqs-cloud.ts';
import { messagingSuite } from './suite.ts';

/** The account that moto plays. */
const account = '123456789012';

messagingSuite('moto', async () => {
  const { url, stop } = await startMotoServer();
  return { ...sqsAt(url, account), stop };
});
