import { describe, expect, it } from 'vitest';
import { Faults } from '../../../../local/aws/ec2/engine/faults.ts';
import { createSes } from '../../../../local/aws/ses/index.ts';
import { withFaults } from '../../../../local/aws/with-faults.ts';
import { call, standInContext } from './context.ts';

const mail = {
  FromEmailAddress: 'a@example.com',
  Destination: { ToAddresses: ['b@example.com'] },
  Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
};

describe('a stand-in with faults', () => {
  it.each([
    ['before', 'InternalError', 0],
    ['after', 'InternalError', 1],
    ['throttle', 'RequestLimitExceeded', 0],
  ] as const)('fails %s the effect, as often as asked for', async (kind, name, sent) => {
    const context = standInContext();
    const faults = new Faults(context.timers);
    const ses = withFaults(createSes(context), faults);
    faults.add({ action: 'SendEmail', kind, times: 1 });
    await expect(call(ses, 'SendEmail', mail)).rejects.toMatchObject({ name });
    expect(ses.controls.mailbox()).toHaveLength(sent);
    await call(ses, 'SendEmail', mail);
    expect(ses.controls.mailbox()).toHaveLength(sent + 1);
  });

  it('waits on its clock', async () => {
    const context = standInContext();
    const faults = new Faults(context.timers);
    const ses = withFaults(createSes(context), faults);
    faults.add({ action: '*', kind: 'delay', times: 1, milliseconds: 5_000 });
    const sending = call(ses, 'SendEmail', mail);
    context.timers.advance(4_999);
    expect(ses.controls.mailbox()).toEqual([]);
    context.timers.advance(1);
    await sending;
    expect(ses.controls.mailbox()).toHaveLength(1);
  });
});
