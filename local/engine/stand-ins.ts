import type { DatabaseSync } from 'node:sqlite';
import { createCloudWatch } from '../aws/cloudwatch/index.ts';
import { createEc2, type Ec2Controls, publicParameters } from '../aws/ec2/index.ts';
import { createElbv2, type Elbv2Controls, ec2View } from '../aws/elbv2/index.ts';
import { createEventBridge, type Event } from '../aws/events/index.ts';
import { createStandInHost } from '../aws/host.ts';
import { createIam } from '../aws/iam/index.ts';
import { createKms, type KmsControls } from '../aws/kms/index.ts';
import { createLambda } from '../aws/lambda/index.ts';
import { createLogs } from '../aws/logs/index.ts';
import {
  ec2ResourceKeys,
  elbResourceKeys,
  iamResourceKeys,
  lambdaResourceKeys,
} from '../aws/resource-keys.ts';
import { createSecretsManager } from '../aws/secrets-manager/index.ts';
import { createServiceQuotas } from '../aws/service-quotas/index.ts';
import { createSes, type Mail } from '../aws/ses/index.ts';
import { createSsm } from '../aws/ssm/index.ts';
import type { Caller, StandIn, StandInContext } from '../aws/stand-in.ts';
import { createSts } from '../aws/sts/index.ts';
import type { Timers } from '../clock.ts';
import type { Use } from '../iam/usage.ts';
import { localAccount, localRegion } from './account.ts';
import { serviceEvent } from './events/event.ts';
import { operatorKey } from './operator.ts';
import type { Roles } from './roles.ts';
import { accessKeyOf } from './runtime/function-environment.ts';
import type { FunctionSettings } from './runtime/function-settings.ts';

export interface StandInSettings {
  database: DatabaseSync;
  timers: Timers;
  limits: 'roomy' | 'default';
  roles: Roles;
  /** The functions that may call, by whose access keys the host knows them. */
  functions(): FunctionSettings[];
  /** Hands an event to a bus of the account. */
  deliver(bus: string, event: Event): void;
  /** Shows a mail to whoever sits before the terminal. */
  printMail(letter: string): unknown;
  report(problem: string): void;
  /** An object of the account's S3; undefined where there is none. */
  readObject(bucket: string, key: string): Promise<Uint8Array | undefined>;
}

/** The services that the engine answers itself, behind one loopback address. */
export interface StandIns {
  /** What `CLOUD_LOCAL_HOST` names. */
  url: string;
  ec2: Ec2Controls;
  elb: Elbv2Controls;
  kms: KmsControls;
  mailbox(): Mail[];
  /** Runs an action in the engine’s own name. */
  call(client: string, command: string, input: object): Promise<unknown>;
  /** Grants that were used so far. */
  uses(): Use[];
  note(uses: readonly Use[]): void;
  stop(): Promise<void>;
}

const operator: Caller = {
  account: localAccount,
  region: localRegion,
  arn: `arn:aws:iam::${localAccount}:user/operator`,
};

/** The function that holds an access key. */
const functionWith = (
  accessKeyId: string,
  region: string,
  { functions, roles }: StandInSettings,
): Caller | undefined => {
  const holder = functions().find(({ name }) => accessKeyOf(name) === accessKeyId);
  return (
    holder && { account: localAccount, region, arn: roles.policyFile(holder.roleArn, holder.name).sessionArn }
  );
};

/** Starts them all, on what their earlier runs left in the database. */
export const startStandIns = async (settings: StandInSettings): Promise<StandIns> => {
  const { timers, report } = settings;
  const context: StandInContext = {
    ...settings,
    emit: async (event) => settings.deliver('default', serviceEvent(event, timers.now())),
  };
  const ec2 = createEc2(context, {
    onEventFailure: (error) => report(`an event of EC2 was lost: ${error}`),
    report,
  });
  const elb = createElbv2(context, { ec2: ec2View(ec2, settings.database), report });
  const ses = createSes(context, { print: settings.printMail });
  const sts = createSts(context);
  const kms = createKms(context);
  const iam = createIam(context);
  const lambda = createLambda(context, {
    readObject: settings.readObject,
    canAssume: (roleArn) => iam.controls.canAssume('lambda.amazonaws.com', roleArn),
  });
  const standIns: StandIn[] = [
    createCloudWatch(context, { loadOf: ec2.controls.loadOf }),
    ec2,
    elb,
    createEventBridge(context, { deliver: settings.deliver }),
    iam,
    kms,
    lambda,
    createLogs(context),
    createSecretsManager(context),
    createServiceQuotas(context, { ec2Limits: ec2.controls.accountLimits }),
    createSsm(context, { publicParameters }),
    ses,
    sts,
  ];
  await elb.ready();
  const host = await createStandInHost({
    standIns,
    identify: (accessKeyId, region) =>
      accessKeyId === operatorKey
        ? { ...operator, region }
        : (functionWith(accessKeyId, region, settings) ?? sts.controls.findCaller(accessKeyId, region)),
    resourceKeys: (resource, caller) => ({
      ...ec2ResourceKeys(ec2.controls.tagsOf)(resource, caller),
      ...elbResourceKeys(elb.controls.tagsOf)(resource, caller),
      ...iamResourceKeys(iam.controls.boundaryOf)(resource, caller),
      ...lambdaResourceKeys(lambda.controls.tagsOf)(resource, caller),
    }),
    failed: (error, call) =>
      report(`${call.client} ${call.command}: ${error instanceof Error ? error.stack : error}`),
  });
  return {
    url: host.url,
    ec2: ec2.controls,
    elb: elb.controls,
    kms: kms.controls,
    mailbox: ses.controls.mailbox,
    call: async (client, command, input) => {
      const action = standIns.find((standIn) => standIn.client === client)?.actions[command];
      if (!action) throw new Error(`no stand-in has ${command} of ${client}`);
      return action(input, operator);
    },
    uses: () => host.uses(),
    note: (uses) => host.note(uses),
    stop: async () => {
      await host.close();
      for (const standIn of standIns) standIn.close?.();
    },
  };
};
