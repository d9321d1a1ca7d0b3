/**
 * Contract 4, and what the platform shows beyond it: the states that a kind's record may go to from each of its states. By
 * start, STOPPED → RUNNING.
 */
export const transitions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  INSTANCE: {
    '': ['STARTING'],
    STARTING: ['RUNNING', 'STOPPED', 'ERROR'],
    RUNNING: ['STOPPED', 'ERROR'],
    STOPPED: ['STARTING', 'RUNNING', 'ERROR'],
    ERROR: ['RUNNING', 'STOPPED'],
  },
  VOLUME: {
    '': ['AVAILABLE', 'IN-USE'],
    AVAILABLE: ['IN-USE', 'DELETING', 'ERROR'],
    'IN-USE': ['AVAILABLE', 'DELETING', 'ERROR'],
    ERROR: ['DELETING', 'AVAILABLE', 'IN-USE'],
    DELETING: [],
  },
  SNAPSHOT: {
    '': ['CREATING'],
    CREATING: ['AVAILABLE', 'ERROR', 'DELETING'],
    AVAILABLE: ['DELETING', 'ERROR'],
    ERROR: ['DELETING'],
    DELETING: [],
  },
  VPC: { '': ['active'], active: ['ERROR'], ERROR: ['active'] },
  SUBNET: { '': ['available'], available: ['ERROR'], ERROR: ['available'] },
  SECURITY_GROUP: { '': ['active'], active: ['ERROR'], ERROR: ['active'] },
  LOAD_BALANCER: {
    '': ['CREATING'],
    CREATING: ['ACTIVE', 'ERROR', 'DELETED', 'DRAINING'],
    ACTIVE: ['ERROR', 'DELETED', 'DRAINING'],
    DRAINING: ['DELETED', 'ERROR', 'ACTIVE'],
    ERROR: ['ACTIVE', 'DELETED', 'CREATING'],
    DELETED: [],
  },
  BATCH_JOB: {
    '': ['pending'],
    pending: ['running'],
    running: ['completed', 'failed', 'cancelled'],
    completed: [],
    failed: [],
    cancelled: [],
  },
  SCALING_GROUP: {
    '': ['ACTIVE'],
    ACTIVE: ['DELETING', 'ERROR'],
    ERROR: ['ACTIVE', 'DELETING'],
    DELETING: [],
  },
  QUEUE: { '': ['ACTIVE'], ACTIVE: ['ERROR', 'DELETING'], ERROR: ['ACTIVE', 'DELETING'], DELETING: [] },
  TOPIC: { '': ['ACTIVE'], ACTIVE: ['ERROR'], ERROR: ['ACTIVE'] },
  SUBSCRIPTION: {
    '': ['ACTIVE'],
    ACTIVE: ['DISABLED', 'ERROR'],
    DISABLED: ['ACTIVE', 'ERROR'],
    ERROR: ['ACTIVE', 'DISABLED'],
  },
  FUNCTION: { '': ['ACTIVE'], ACTIVE: ['ERROR'], ERROR: ['ACTIVE'] },
  CRON_JOB: {
    '': ['ACTIVE'],
    ACTIVE: ['PAUSED', 'ERROR'],
    PAUSED: ['ACTIVE', 'ERROR'],
    ERROR: ['ACTIVE', 'PAUSED'],
  },
  SNAPSHOT_SCHEDULE: {
    '': ['ACTIVE', 'PAUSED'],
    ACTIVE: ['PAUSED', 'ERROR'],
    PAUSED: ['ACTIVE', 'ERROR'],
    ERROR: ['ACTIVE', 'PAUSED'],
  },
};

/** Whether a record of this kind may go from one state to the other; `undefined` is before it was there. */
export const mayBecome = (kind: string, from: string | undefined, to: string | undefined): boolean => {
  const states = transitions[kind];
  if (!states || to === undefined || from === to) return true;
  return states[from ?? '']?.includes(to) ?? false;
};
