import type { Context } from './context.ts';

/** Physical names of everything that one stack makes and another one uses, all of them derived from the stage. */
export interface Names {
  stage: string;
  /** `the-cloud-<stage>`. Starts every physical name. */
  prefix: string;
  /** The table of record in use: the state stack's own, or one that was restored from a backup. */
  recordTable: string;
  /** The table of record that the state stack makes. */
  ownRecordTable: string;
  ephemeralTable: string;
  eventBus: string;
  alarmTopic: string;
  /** What the name of everything begins with that is made for a tenant at run time; an opaque id follows. */
  ofTenants: string;
  /** The bounds of the roles of tenants' code; the region follows, as these names are those of the whole account. */
  functionBoundary: string;
  /** What the name of every log group of tenants' code begins with; the tenant's id follows. */
  functionLogGroups: string;
  stack(part: string): string;
  function(bundle: string): string;
  queue(name: string): string;
  deadLetterQueue(name: string): string;
}

/**
 * Names known before anything is deployed let stacks refer to each other without CloudFormation exports, so that no
 * update of one stack ever waits for another. What only AWS can name (ids of the landing VPC and of the API, ARNs
 * with a random or dated part) goes through `exports.ts`.
 */
export const namesOf = ({ stage, restoredTable }: Pick<Context, 'stage' | 'restoredTable'>): Names => {
  const prefix = `the-cloud-${stage}`;
  return {
    stage,
    prefix,
    recordTable: restoredTable?.name ?? `${prefix}-record`,
    ownRecordTable: `${prefix}-record`,
    ephemeralTable: `${prefix}-ephemeral`,
    eventBus: prefix,
    alarmTopic: `${prefix}-alarms`,
    ofTenants: `${prefix}-t-`,
    functionBoundary: `${prefix}-tenant-code`,
    functionLogGroups: `/${prefix}/functions/`,
    stack: (part) => `${prefix}-${part}`,
    function: (bundle) => `${prefix}-${bundle}`,
    queue: (name) => `${prefix}-${name}`,
    deadLetterQueue: (name) => `${prefix}-${name}-dead`,
  };
};
