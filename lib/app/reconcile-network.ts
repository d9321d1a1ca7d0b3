import { systemClock } from '../platform/clock.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createCapacity } from '../services/capacity/service.ts';
import { createEc2SecurityGroups } from '../services/security-groups/backend.ec2.ts';
import { createSecurityGroupController } from '../services/security-groups/controller.ts';
import { securityGroupKind } from '../services/security-groups/record.ts';
import { createEc2Subnets } from '../services/subnets/backend.ec2.ts';
import { createSubnetController } from '../services/subnets/controller.ts';
import { subnetKind } from '../services/subnets/record.ts';
import { createVpcContents } from '../services/subnets/service.ts';
import { createEc2Vpcs } from '../services/vpcs/backend.ec2.ts';
import { createVpcController } from '../services/vpcs/controller.ts';
import { vpcKind } from '../services/vpcs/record.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, ec2ClientOnce, workloadClient } from './ec2.ts';
import { appTables } from './tables.ts';
import { accountOf } from './workload-account.ts';

/** Brings about on EC2 what is wanted of networks. */
export const reconcileNetworkHandler = () => {
  const { STAGE: stage, ZONES: zones } = config('STAGE', 'ZONES');
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-network');
  const settings = workloadClient();
  const ec2 = {
    ec2: ec2Client(settings),
    ec2Once: ec2ClientOnce(settings),
    budget: callBudget('control', { tables, clock }),
    stage,
  };
  const vpcs = createStore(vpcKind, { tables, clock });
  const subnets = createStore(subnetKind, { tables, clock });
  const groups = createStore(securityGroupKind, { tables, clock });
  const reconciler = createReconciler({
    kinds: [
      {
        controller: createVpcController({
          backend: createEc2Vpcs(ec2),
          contents: createVpcContents({ tables, subnets, groups }),
          capacity: createCapacity({ tables, accountOf }),
          zones,
        }),
        store: vpcs,
      },
      { controller: createSubnetController({ backend: createEc2Subnets(ec2), vpcs }), store: subnets },
      {
        controller: createSecurityGroupController({
          backend: createEc2SecurityGroups(ec2),
          vpcs,
          store: groups,
        }),
        store: groups,
      },
    ],
    tables,
    clock,
    log,
  });
  return reconcileWorker({ reconciler, log });
};
