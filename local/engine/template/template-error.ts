/** A template that the engine cannot run as it stands; the message names stack, resource and what is wrong. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
