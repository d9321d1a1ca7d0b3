import { CloudError } from '../../platform/errors/index.ts';
import type { Mail } from './schema.ts';

/** Sends mail. */
export interface Mailer {
  /**
   * @throws CloudError `UNAVAILABLE` where trying again may help; `INVALID_INPUT` where the address or content is refused
   * for good
   */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
}

/** Where the operator has configured no sender: refuses every mail, and the log says why. */
export const noMailer: Mailer = {
  send: async () => {
    throw new CloudError('INVALID_INPUT', 'mail is not configured', {
      internal: 'no sender address is configured',
    });
  },
};
