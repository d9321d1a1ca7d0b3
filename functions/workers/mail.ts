import { mailHandler } from '../../lib/app/mail.ts';

export const handler = mailHandler();
