import type { Construct } from 'constructs';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';
import { DeadLetterQueue } from './queues.ts';
import { Schedule } from './schedule.ts';

/** The function that finds, once a minute, what should have moved and did not. */
export class SweepFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: { platform: Platform; links: readonly Link[] }) {
    const { platform } = props;
    super(scope, id, {
      platform,
      bundle: 'worker-sweep',
      description: 'Re-queues resources whose next step is due and did not happen',
      timeoutSeconds: 20,
      memorySize: 512,
      links: props.links,
    });
    const dead = new DeadLetterQueue(this, 'Dead', {
      platform,
      of: 'sweep',
      errorImpact: 'Users whose resources lost a message: nothing picks them up until a sweep succeeds.',
    });
    this.sendFailuresTo(dead.queue);

    new Schedule(this, 'EveryMinute', {
      name: platform.names.function('worker-sweep'),
      description: 'Sweeps every minute',
      expression: 'rate(1 minute)',
      target: { arn: this.function.functionArn, action: 'lambda:InvokeFunction' },
      dead,
    });
  }
}
