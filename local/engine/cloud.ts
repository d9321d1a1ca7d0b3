import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KmsControls } from '../aws/kms/index.ts';
import type { Timers } from '../clock.ts';
import type { Use } from '../iam/usage.ts';
import type { EventBuses } from './events/event-buses.ts';
import type { Schedule } from './events/schedule.ts';
import type { EdgeBehavior } from './http/edge-behavior.ts';
import type { HttpApi } from './http/http-api.ts';
import type { RestApi } from './http/rest-api.ts';
import type { Roles } from './roles.ts';
import type { Functions } from './runtime/functions.ts';
import type { Queues } from './services/queues.ts';
import type { Checkpoints } from './sources/checkpoints.ts';
import type { EventSource } from './sources/event-source.ts';
import type { SharedStream } from './sources/shared-stream.ts';

/** A stream of a table: its ARN as functions see it, and as the DynamoDB server names it. */
export interface TableStream {
  streamArn: string;
  serverStreamArn: string;
}

/** Everything that a resource of the template can be made in. */
export interface Cloud {
  timers: Timers;
  dynamoDb: DynamoDBClient;
  /** By the ARN as functions see it. */
  streams: Map<string, SharedStream>;
  addStream(stream: TableStream): void;
  queues: Queues;
  functions: Functions;
  roles: Roles;
  buses: EventBuses;
  schedules: Schedule[];
  /** ARNs of the roles as which schedules and rules send. */
  senderRoles: Set<string>;
  sources: EventSource[];
  checkpoints: Checkpoints;
  apis: Map<string, HttpApi>;
  restApis: Map<string, RestApi>;
  /** Which paths the edge sends to another API than the first, in its order. */
  edgeBehaviors: EdgeBehavior[];
  /** What the edge adds to each request, as the template's distributions say. */
  edgeHeaders: Map<string, string>;
  /** Secret values by ARN and by name, parameters by name: what `{{resolve:…}}` may ask for. */
  secrets: Map<string, string>;
  parameters: Map<string, string>;
  kms: KmsControls;
  /** Calls an action of a stand-in, as CloudFormation would. */
  call<Output>(client: string, command: string, input: object): Promise<Output>;
  /** Notes grants that the engine itself used in a role’s name. */
  noteUses(uses: readonly Use[]): void;
  /** True once the engine stops. */
  stopping(): boolean;
  /** Tells the operator of something that went wrong. */
  report(problem: string): void;
}
