import type { Cloud } from '../cloud.ts';
import type { Provisioned, Stack } from '../template/types.ts';

export interface ResourceRequest {
  stack: Stack;
  logicalId: string;
  /** Resolved: no intrinsic function is left in it. */
  properties: Record<string, unknown>;
  /** What an earlier run recorded for the resource, whatever its properties were then. */
  previous: Provisioned | undefined;
  /** Whether the properties are those of that earlier run. */
  unchanged: boolean;
}

/**
 * Makes a resource be as its properties say, whether or not it is there already; called in every run, so also what lives
 * in memory only is made again.
 *
 * @throws TemplateError on properties that the engine cannot follow
 */
export type Provider = (request: ResourceRequest, cloud: Cloud) => Provisioned | Promise<Provisioned>;

/** The given name, or one made of stack and logical id: unlike CloudFormation's it has no random part. */
export const physicalName = ({ stack, logicalId }: ResourceRequest, given: unknown): string =>
  typeof given === 'string' && given ? given : `${stack.name}-${logicalId}`;
