export { catalogue, type ErrorKind, type ErrorType, retryable } from './catalogue.ts';
export { CloudError, type CloudErrorOptions, type Issue, invalid, notFound } from './cloud-error.ts';
