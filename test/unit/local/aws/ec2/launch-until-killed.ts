import { DatabaseSync } from 'node:sqlite';
import { createEc2 } from '../../../../../local/aws/ec2/index.ts';
import { realTimers } from '../../../../../local/clock.ts';
import { amazonLinux, caller } from './harness.ts';

/** Run with the database's file, a subnet and a group: launches one instance after another and prints each answer's id. */
const [file = '', SubnetId = '', groupId = ''] = process.argv.slice(2);
const { actions } = createEc2({
  timers: realTimers,
  database: new DatabaseSync(file),
  limits: 'roomy',
  emit: async () => {},
});
const launch = actions.RunInstancesCommand;
if (!launch) throw new Error('There is no RunInstances');
for (let n = 0; ; n += 1) {
  const input = {
    ImageId: amazonLinux,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    SubnetId,
    SecurityGroupIds: [groupId],
    ClientToken: `token-${n}`,
  };
  const { Instances } = await launch(input, caller);
  await new Promise((written) => process.stdout.write(`${Instances[0].InstanceId}\n`, written));
}
