import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createCapacity } from '../services/capacity/service.ts';
import { createElbLoadBalancing } from '../services/load-balancers/backend.elbv2.ts';
import { createLoadBalancerController } from '../services/load-balancers/controller.ts';
import { loadBalancerKind } from '../services/load-balancers/record.ts';
import { createTargetInstances } from '../services/load-balancers/target-instances.ts';
import { createCloudNetworks } from '../services/load-balancers/vpc-networks.ts';
import { vpcKind } from '../services/vpcs/service.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { appTables } from './tables.ts';
import { accountOf } from './workload-account.ts';

/** Brings about on Elastic Load Balancing what is wanted of load balancers. */
export const reconcileBalancingHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-balancing');
  const settings = workloadClient();
  const balancing = createElbLoadBalancing({
    elb: awsClient(ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2', settings),
    ec2: ec2Client(settings),
    budget: callBudget('control', { tables, clock }),
    stage: config('STAGE').STAGE,
  });
  const controller = createLoadBalancerController({
    balancing,
    networks: createCloudNetworks(createStore(vpcKind, { tables, clock })),
    instances: createTargetInstances(tables),
    capacity: createCapacity({ tables, accountOf }),
  });
  const store = createStore(loadBalancerKind, { tables, clock });
  const reconciler = createReconciler({ kinds: [{ controller, store }], tables, clock, log });
  return reconcileWorker({ reconciler, log });
};
