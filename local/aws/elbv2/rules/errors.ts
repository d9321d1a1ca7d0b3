import { AwsError } from '../../stand-in.ts';

/** Errors under the names that the SDK gives them: most end in `Exception`, those that are not modelled don't. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const missingParameter = (name: string): AwsError =>
  validationError(`A required parameter is missing: ${name}`);

export const unknownParameter = (name: string): AwsError =>
  validationError(`The parameter ${name} is not supported by the local engine`);

export const throttled = (): AwsError => new AwsError('ThrottlingException', 'Rate exceeded');

export const invalidConfiguration = (message: string): AwsError =>
  new AwsError('InvalidConfigurationRequestException', message);

export const invalidTarget = (message: string): AwsError => new AwsError('InvalidTargetException', message);

export const limitReached = (code: string, what: string): AwsError =>
  new AwsError(code, `You have reached the limit on the number of ${what}`);
