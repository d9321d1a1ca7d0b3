import type { Fault } from '../../aws/ec2/index.ts';
import type { Cloud } from '../cloud.ts';
import type { StandIns } from '../stand-ins.ts';
import { findMachine } from './find-machine.ts';

/** What an operator may ask for on a laptop; none of it exists on AWS. */
export interface ControlRequest {
  control: string;
  arguments: readonly string[];
  /** Options given by name, such as `times`. */
  options: Readonly<Record<string, string>>;
}

interface Control {
  usage: string;
  about: string;
  run(request: ControlRequest, standIns: StandIns, cloud: Cloud): unknown;
}

/** Bad arguments of a control; the message is for the operator. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

const numberFrom = (text: string | undefined, name: string): number => {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value) || value < 0)
    throw new ControlError(`${name} must be a number, not ${text ?? 'nothing'}`);
  return value;
};

/** @throws ControlError where no such instance runs */
const instanceId = async (name: string | undefined, standIns: StandIns, cloud: Cloud): Promise<string> => {
  const found = await findMachine(name ?? '', standIns, cloud);
  if (found === undefined) throw new ControlError(`no instance is running for ${name ?? 'nothing'}`);
  return found;
};

const faultOf = (kind: Fault['kind'], { arguments: [action], options }: ControlRequest): Fault => {
  if (!action)
    throw new ControlError(
      'name an action of EC2 or of load balancing, such as RunInstances, or * for all of EC2',
    );
  return {
    action,
    kind,
    ...(options.times !== undefined && { times: numberFrom(options.times, 'times') }),
    ...(options.milliseconds !== undefined && {
      milliseconds: numberFrom(options.milliseconds, 'milliseconds'),
    }),
    ...(options.error !== undefined && { error: options.error }),
  };
};

/** `*`, and names that both services have, are EC2's. */
const addFault = (kind: Fault['kind'], request: ControlRequest, { ec2, elb }: StandIns): Fault => {
  const fault = faultOf(kind, request);
  const isOfElb = elb.actions.includes(fault.action) && fault.action !== 'DescribeTags';
  (isOfElb ? elb : ec2).faults.add(fault);
  return fault;
};

const faultsOf = ({ ec2, elb }: StandIns): Fault[] => [...ec2.faults.list(), ...elb.faults.list()];

export const controls: Record<string, Control> = {
  instances: {
    usage: 'instances',
    about: 'what the local EC2 runs',
    run: (_, { ec2 }) => ec2.inspect(),
  },
  resources: {
    usage: 'resources',
    about: 'what else the local EC2 holds: volumes, snapshots, networks and their parts',
    run: (_, { ec2 }) => ec2.inspectResources(),
  },
  balancers: {
    usage: 'balancers',
    about: 'what the local load balancers forward to, and the health of it',
    run: (_, { elb }) => elb.inspect(),
  },
  'probe-ms': {
    usage: 'probe-ms <milliseconds>',
    about: 'the longest time between two health checks of a target',
    run: ({ arguments: [milliseconds] }, { elb }) => {
      elb.setProbeMilliseconds(numberFrom(milliseconds, 'milliseconds'));
      return { probeMilliseconds: Number(milliseconds) };
    },
  },
  'provision-ms': {
    usage: 'provision-ms <milliseconds>',
    about: 'how long a load balancer takes to become active',
    run: ({ arguments: [milliseconds] }, { elb }) => {
      elb.setProvisioningMilliseconds(numberFrom(milliseconds, 'milliseconds'));
      return { provisioningMilliseconds: Number(milliseconds) };
    },
  },
  load: {
    usage: 'load <instance | all> <cpu percent> [<memory percent>]',
    about: 'sets what CloudWatch reports of an instance, or of all that run and will',
    run: async ({ arguments: [instance, cpu, memory] }, standIns, cloud) => {
      const load = {
        cpuPercent: numberFrom(cpu, 'cpu percent'),
        ...(memory !== undefined && { memoryPercent: numberFrom(memory, 'memory percent') }),
      };
      if (instance === 'all') {
        standIns.ec2.setLoadOfAll(load);
        return { instance, load };
      }
      const id = await instanceId(instance, standIns, cloud);
      standIns.ec2.setLoad(id, load);
      return { instance: id, load: standIns.ec2.load(id) };
    },
  },
  kill: {
    usage: 'kill <instance>',
    about: 'terminates an instance behind the platform’s back',
    run: async ({ arguments: [instance] }, standIns, cloud) => {
      const id = await instanceId(instance, standIns, cloud);
      standIns.ec2.kill(id);
      return { killed: id };
    },
  },
  slow: {
    usage: 'slow <action> [--milliseconds n] [--times n]',
    about: 'delays calls of an action of EC2 or load balancing, * for all of EC2',
    run: (request, standIns) => addFault('delay', request, standIns),
  },
  throttle: {
    usage: 'throttle <action> [--times n]',
    about: 'answers that the request budget is used up',
    run: (request, standIns) => addFault('throttle', request, standIns),
  },
  fail: {
    usage: 'fail <action> [--times n] [--error code] [--after true]',
    about: 'fails calls; with --after they do their work first',
    run: (request, standIns) => addFault(request.options.after ? 'after' : 'before', request, standIns),
  },
  faults: { usage: 'faults', about: 'lists what is set to fail', run: (_, standIns) => faultsOf(standIns) },
  heal: {
    usage: 'heal',
    about: 'takes all faults away',
    run: (_, standIns) => {
      standIns.ec2.faults.clear();
      standIns.elb.faults.clear();
      return { faults: faultsOf(standIns) };
    },
  },
  'fail-boot': {
    usage: 'fail-boot [<count>]',
    about: 'lets the next instances fail while they boot',
    run: ({ arguments: [count] }, { ec2 }) => {
      ec2.failNextBoot(count === undefined ? 1 : numberFrom(count, 'count'));
      return { boots: count ?? 1 };
    },
  },
  'lose-event': {
    usage: 'lose-event [<count>]',
    about: 'drops the next events of EC2: state changes, volumes, snapshots',
    run: ({ arguments: [count] }, { ec2 }) => {
      ec2.loseNextEvent(count === undefined ? 1 : numberFrom(count, 'count'));
      return { events: count ?? 1 };
    },
  },
  'boot-ms': {
    usage: 'boot-ms <milliseconds>',
    about: 'how long an instance takes to boot',
    run: ({ arguments: [milliseconds] }, { ec2 }) => {
      ec2.setBootMilliseconds(numberFrom(milliseconds, 'milliseconds'));
      return { bootMilliseconds: Number(milliseconds) };
    },
  },
  mail: {
    usage: 'mail',
    about: 'shows the mailbox',
    run: (_, { mailbox }) => mailbox(),
  },
  queues: {
    usage: 'queues',
    about: 'how many messages each queue holds',
    run: (_, __, cloud) => cloud.queues.depths(),
  },
  invoke: {
    usage: 'invoke <function> [<event as JSON>]',
    about: 'runs a function and gives its answer, as Lambda would',
    run: ({ arguments: [name, event = '{}'] }, _, cloud) =>
      cloud.functions.get(name ?? '').invoke(JSON.parse(event)),
  },
  messages: {
    usage: 'messages <queue>',
    about: 'shows the messages that can be received from a queue',
    run: ({ arguments: [queue] }, _, cloud) => cloud.queues.bodies(queue ?? ''),
  },
};

/** Runs one of the local controls. @throws ControlError on an unknown control or bad arguments */
export const runControl = async (
  request: ControlRequest,
  cloud: Cloud,
  standIns: StandIns,
): Promise<unknown> => {
  const control = Object.hasOwn(controls, request.control) ? controls[request.control] : undefined;
  if (!control) throw new ControlError(`there is no control ${JSON.stringify(request.control)}`);
  return control.run(request, standIns, cloud);
};
