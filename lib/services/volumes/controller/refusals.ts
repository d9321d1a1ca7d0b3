import { BackendError } from '../../../platform/lifecycle/types.ts';

/** Why EBS will not do it, however often it is asked; `undefined` for a failure that another try may outlive. */
export const refusalOf = (error: unknown): string | undefined =>
  error instanceof BackendError && (error.failure === 'rejected' || error.failure === 'capacity')
    ? error.publicMessage
    : undefined;
