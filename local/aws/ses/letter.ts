import type { Mail } from './mailbox.ts';

const side = '│';

/** A mail as a box for the terminal. Long lines stay whole, so that a link in them can be copied. */
export const letter = ({ from, to, subject, text }: Mail): string => {
  const head = [`From:    ${from}`, `To:      ${to.join(', ')}`, `Subject: ${subject}`];
  const rule = '─'.repeat(70);
  return [
    `┌${rule}`,
    ...head.map((line) => `${side} ${line}`),
    `├${rule}`,
    ...text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => `${side} ${line}`),
    `└${rule}`,
  ].join('\n');
};
