import { AwsError } from '../../stand-in.ts';

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`);

export const unknownParameter = (name: string): AwsError =>
  new AwsError('UnknownParameter', `The parameter ${name} is not recognized`);

export const invalidParameterValue = (message: string): AwsError =>
  new AwsError('InvalidParameterValue', message);

/** "Value (x) for parameter y is invalid. …" */
export const invalidValue = (value: unknown, parameter: string, explanation: string): AwsError =>
  invalidParameterValue(`Value (${String(value)}) for parameter ${parameter} is invalid. ${explanation}`);

export const invalidCombination = (message: string): AwsError =>
  new AwsError('InvalidParameterCombination', message);

export const incorrectInstanceState = (message: string): AwsError =>
  new AwsError('IncorrectInstanceState', message);

/** A volume, snapshot or instance is not in the state that the call needs. */
export const incorrectState = (message: string): AwsError => new AwsError('IncorrectState', message);

export const dependencyViolation = (message: string): AwsError =>
  new AwsError('DependencyViolation', message);

export const dryRunOperation = (): AwsError =>
  new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
