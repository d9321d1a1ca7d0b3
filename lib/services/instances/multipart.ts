/** A line that no part can hold by chance. */
const boundary = '==thecloud-user-data==';

const partOf = (text: string): string =>
  [
    `--${boundary}`,
    `Content-Type: ${text.startsWith('#!') ? 'text/x-shellscript' : 'text/cloud-config'}; charset="utf-8"`,
    'MIME-Version: 1.0',
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
  ].join('\n');

/**
 * Several pieces of user data as one, each a script (`#!`) or a cloud-config, which cloud-init works through in order.
 * https://docs.cloud-init.io/en/latest/explanation/format.html
 */
export const multipart = (parts: readonly string[]): string =>
  [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    ...parts.map(partOf),
    `--${boundary}--`,
    '',
  ].join('\n');
