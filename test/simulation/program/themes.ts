import type { ActionName } from './actions.ts';

/** What clients do, and how often; each seed leaves some of it out, so that the rest meets more of its kind. */
export const weights: Readonly<Partial<Record<ActionName, number>>> = {
  launch: 8,
  stop: 3,
  start: 3,
  restart: 1,
  tag: 1,
  terminate: 4,
  volume: 4,
  grow: 1,
  attach: 4,
  detach: 2,
  deleteVolume: 3,
  snapshot: 2,
  restore: 2,
  deleteSnapshot: 1,
  schedule: 1,
  deleteSchedule: 1,
  vpc: 3,
  subnet: 4,
  group: 2,
  rule: 2,
  join: 2,
  deleteGroup: 1,
  deleteSubnet: 1,
  deleteVpc: 2,
  balancer: 2,
  target: 3,
  removeTarget: 1,
  deleteBalancer: 1,
  scalingGroup: 2,
  resize: 2,
  policy: 1,
  deletePolicy: 1,
  scheduledAction: 1,
  terminateMember: 1,
  deleteScalingGroup: 1,
  batchLaunch: 1,
  batch: 1,
  cancelJob: 1,
};

export interface Theme {
  dwells: readonly ActionName[];
  begins: readonly ActionName[];
  /** Nothing else is done, and each so often: programs of their own kind, which cost little. */
  only?: Readonly<Partial<Record<ActionName, number>>>;
  /** How long the world goes on when everybody has done what they wanted, in milliseconds. */
  lasts?: number;
  /** It does so in every seed. */
  always?: boolean;
}

/** What a seed dwells on, and what it begins with so that there is something to dwell on. */
export const themes: readonly Theme[] = [
  { dwells: [], begins: [] },
  { dwells: ['launch', 'stop', 'start', 'restart', 'terminate'], begins: ['launch'] },
  {
    dwells: ['volume', 'attach', 'detach', 'deleteVolume', 'launch', 'terminate'],
    begins: ['launch', 'volume'],
  },
  {
    dwells: ['snapshot', 'restore', 'deleteSnapshot', 'schedule', 'deleteVolume'],
    begins: ['volume', 'snapshot'],
  },
  { dwells: ['vpc', 'subnet', 'deleteSubnet', 'deleteVpc', 'launch'], begins: ['vpc', 'subnet'] },
  {
    dwells: ['group', 'rule', 'join', 'deleteGroup', 'launch', 'terminate'],
    begins: ['vpc', 'subnet', 'group', 'launch'],
  },
  {
    dwells: ['balancer', 'target', 'removeTarget', 'deleteBalancer', 'launch', 'terminate'],
    begins: ['vpc', 'subnet', 'launch', 'launch', 'balancer', 'target'],
  },
  {
    dwells: ['scalingGroup', 'resize', 'policy', 'terminateMember', 'scheduledAction'],
    begins: ['vpc', 'balancer', 'scalingGroup', 'policy'],
    // Policies take minutes to make up their minds.
    lasts: 600_000,
  },
  {
    dwells: ['batchLaunch', 'batch', 'cancelJob', 'launch'],
    begins: ['launch', 'launch', 'batchLaunch', 'batch'],
  },
  {
    only: {
      queue: 2,
      changeQueue: 1,
      deleteQueue: 1,
      topic: 2,
      deleteTopic: 1,
      subscribe: 5,
      unsubscribe: 2,
      publish: 12,
    },
    dwells: [],
    begins: ['queue', 'topic', 'subscribe', 'subscribe'],
    // What failed is tried again after seconds.
    lasts: 40_000,
    always: true,
  },
  {
    only: {
      code: 2,
      putCode: 1,
      setUpCode: 1,
      deleteCode: 1,
      invoke: 8,
      queue: 1,
      topic: 1,
      subscribe: 1,
      cronJob: 3,
      pauseJob: 1,
      resumeJob: 1,
      runJob: 3,
      deleteJob: 1,
    },
    dwells: [],
    begins: ['code', 'cronJob'],
    // A job falls due every ten seconds.
    lasts: 30_000,
    always: true,
  },
];
