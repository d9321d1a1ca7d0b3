import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../platform/aws/client.ts';
import { createBreakers } from '../platform/breaker/breakers.ts';
import { reportCalls } from '../platform/breaker/report-calls.ts';
import { systemClock } from '../platform/clock.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createEc2Compute } from '../services/instances/backend.ec2.ts';
import { securityGroupKind } from '../services/security-groups/service.ts';
import { createCloudNetworks, subnetKind } from '../services/subnets/service.ts';
import { createCloudVolumes } from '../services/volumes/launch.ts';
import { volumeKind } from '../services/volumes/record.ts';
import { vpcKind } from '../services/vpcs/service.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { instanceKinds } from './instance-kinds.ts';
import { appTables } from './tables.ts';

/** Brings about on EC2 what is wanted of instances. */
export const reconcileHandler = () => {
  const environment = config('STAGE', 'HOME_ZONE', 'LANDING_VPC_ID', 'LANDING_SUBNETS');
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile');
  const compute = createEc2Compute({
    ec2: reportCalls(ec2Client(workloadClient()), 'ec2', createBreakers({ tables, clock }), log),
    ssm: awsClient(SSMClient, 'SSM'),
    budget: callBudget('control', { tables, clock }),
    clock,
    stage: environment.STAGE,
    vpcId: environment.LANDING_VPC_ID,
    subnets: environment.LANDING_SUBNETS,
    homeZone: environment.HOME_ZONE,
  });
  const reconciler = createReconciler({
    kinds: instanceKinds({
      tables,
      clock,
      compute,
      networks: createCloudNetworks({
        vpcs: createStore(vpcKind, { tables, clock }),
        subnets: createStore(subnetKind, { tables, clock }),
        groups: createStore(securityGroupKind, { tables, clock }),
      }),
      volumes: createCloudVolumes({ store: createStore(volumeKind, { tables, clock }) }),
    }),
    tables,
    clock,
    log,
    readsTogether: true,
  });
  return reconcileWorker({ reconciler, log });
};
