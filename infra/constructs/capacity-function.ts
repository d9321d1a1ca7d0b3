import type { Construct } from 'constructs';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';
import { DeadLetterQueue } from './queues.ts';
import { Schedule } from './schedule.ts';

/** The function that measures what the workload account has left of its AWS limits, every 15 minutes. */
export class CapacityFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: { platform: Platform; links: readonly Link[] }) {
    const { platform } = props;
    super(scope, id, {
      platform,
      bundle: 'worker-capacity',
      description: 'Measures what the workload account has left of its AWS limits',
      timeoutSeconds: 20,
      memorySize: 512,
      links: props.links,
    });
    const dead = new DeadLetterQueue(this, 'Dead', {
      platform,
      of: 'capacity',
      errorImpact:
        'Users whose VPCs and balancers meet a limit of AWS that nobody saw coming: the capacity view and its alarm are old.',
    });
    this.sendFailuresTo(dead.queue);

    new Schedule(this, 'Every15Minutes', {
      name: platform.names.function('worker-capacity'),
      description: 'Measures capacity every 15 minutes',
      expression: 'rate(15 minutes)',
      target: { arn: this.function.functionArn, action: 'lambda:InvokeFunction' },
      dead,
    });
  }
}
