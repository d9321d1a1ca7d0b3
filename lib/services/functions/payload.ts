import { CloudError, invalid } from '../../platform/errors/index.ts';
import { maxPayloadBytes } from './limits.ts';
import type { FunctionRecord } from './record.ts';

/**
 * Looks at a payload for a function, which is given back.
 * @throws CloudError `INVALID_INPUT` for what no environment variable can hold, `OBJECT_TOO_LARGE`
 */
export const checkPayload = (record: FunctionRecord, payload: Uint8Array): FunctionRecord => {
  if (payload.byteLength > maxPayloadBytes)
    throw new CloudError('OBJECT_TOO_LARGE', `a payload can have at most ${maxPayloadBytes} bytes`);
  if (record.code.model === 'process' && payload.includes(0))
    throw invalid('body', 'must not hold NUL bytes: it is handed over in an environment variable');
  return record;
};
