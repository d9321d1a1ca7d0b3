import { describe, expect, it } from 'vitest';
import { addressOf, isAddress } from '../../../../local/aws/ses/address.ts';
import { createSes } from '../../../../local/aws/ses/index.ts';
import { call, standInContext } from './context.ts';

const mail = {
  FromEmailAddress: 'Cloud <no-reply@example.com>',
  Destination: { ToAddresses: ['user@example.org'] },
  Content: {
    Simple: { Subject: { Data: 'Reset' }, Body: { Text: { Data: 'Open\nhttps://example.com/x' } } },
  },
};

const open = (identities?: string[]) => {
  const letters: string[] = [];
  const options = { print: (letter: string) => letters.push(letter), ...(identities && { identities }) };
  return { letters, ses: createSes(standInContext(), options) };
};

describe('mail', () => {
  it('lands in the mailbox and is shown', async () => {
    const { letters, ses } = open();
    const { MessageId } = await call<{ MessageId: string }>(ses, 'SendEmail', mail);
    expect(ses.controls.mailbox()).toEqual([
      {
        id: MessageId,
        account: '000000000000',
        from: 'Cloud <no-reply@example.com>',
        to: ['user@example.org'],
        subject: 'Reset',
        text: 'Open\nhttps://example.com/x',
        sentAt: Date.UTC(2026, 0, 1),
      },
    ]);
    expect(letters[0]?.split('\n')).toEqual([
      expect.stringMatching(/^┌─+$/),
      '│ From:    Cloud <no-reply@example.com>',
      '│ To:      user@example.org',
      '│ Subject: Reset',
      expect.stringMatching(/^├─+$/),
      '│ Open',
      '│ https://example.com/x',
      expect.stringMatching(/^└─+$/),
    ]);
    ses.controls.clear();
    expect(ses.controls.mailbox()).toEqual([]);
  });

  it('may be HTML only, or raw', async () => {
    const { ses } = open();
    const html = { Simple: { Subject: { Data: 's' }, Body: { Html: { Data: '<b>x</b>' } } } };
    const raw = { Raw: { Data: new TextEncoder().encode('To: a\r\nSubject: Hi you\r\n\r\nbody') } };
    await call(ses, 'SendEmail', { ...mail, Content: html });
    await call(ses, 'SendEmail', { ...mail, Content: raw });
    expect(ses.controls.mailbox().map(({ subject, text }) => [subject, text])).toEqual([
      ['s', '<b>x</b>'],
      ['Hi you', 'To: a\r\nSubject: Hi you\r\n\r\nbody'],
    ]);
  });

  it.each([
    ['no sender', { ...mail, FromEmailAddress: undefined }, 'BadRequestException'],
    ['a sender that is no address', { ...mail, FromEmailAddress: 'nobody' }, 'BadRequestException'],
    ['no recipient', { ...mail, Destination: {} }, 'BadRequestException'],
    [
      '51 recipients',
      { ...mail, Destination: { ToAddresses: Array(51).fill('a@b.c') } },
      'BadRequestException',
    ],
    [
      'a recipient that is no address',
      { ...mail, Destination: { CcAddresses: ['x'] } },
      'BadRequestException',
    ],
    ['no content', { ...mail, Content: undefined }, 'BadRequestException'],
    ['two kinds of content', { ...mail, Content: { ...mail.Content, Raw: {} } }, 'BadRequestException'],
    ['no body', { ...mail, Content: { Simple: { Subject: { Data: 's' } } } }, 'BadRequestException'],
    ['a template', { ...mail, Content: { Template: { TemplateName: 't' } } }, 'NotFoundException'],
    [
      'a header in its subject',
      { ...mail, Content: { Simple: { ...mail.Content.Simple, Subject: { Data: 'a\r\nBcc: b@c.d' } } } },
      'BadRequestException',
    ],
  ])('is refused with %s', async (_, input, name) => {
    const { ses } = open();
    await expect(call(ses, 'SendEmail', input)).rejects.toMatchObject({ name });
    expect(ses.controls.mailbox()).toEqual([]);
  });

  it.each([
    ['the domain', ['example.com'], true],
    ['the address', ['no-reply@example.com'], true],
    ['another domain', ['example.org'], false],
  ])('needs a verified identity: %s', async (_, identities, sent) => {
    const { ses } = open(identities);
    const sending = call(ses, 'SendEmail', mail);
    if (sent) await expect(sending).resolves.toHaveProperty('MessageId');
    else await expect(sending).rejects.toMatchObject({ name: 'MessageRejected' });
  });

  it('is allowed by an account out of the sandbox', async () => {
    expect(await call(open().ses, 'GetAccount', {})).toMatchObject({ ProductionAccessEnabled: true });
  });
});

describe('addresses', () => {
  it.each([
    ['a@b.c', 'a@b.c', true],
    ['Name <A@B.C>', 'a@b.c', true],
    ['a@', 'a@', false],
    ['@b.c', '@b.c', false],
    ['a b@c.d', 'a b@c.d', false],
    ['a@b@c.d', 'a@b@c.d', false],
  ])('%s is %s: %s', (text, address, valid) => {
    expect([addressOf(text), isAddress(text)]).toEqual([address, valid]);
  });
});
