import type { Timers } from '../../clock.ts';
import { invokeLater } from '../runtime/async-invocation.ts';
import type { Functions } from '../runtime/functions.ts';
import type { Queues } from '../services/queues.ts';
import { TemplateError } from '../template/template-error.ts';

export interface TargetServices {
  queues: Queues;
  functions: Functions;
  timers: Timers;
  /** True once the engine stops. */
  stopping(): boolean;
}

/** Hands text to a target: to a queue at once and durably, to a function as an asynchronous invocation. */
export type Send = (input: string) => void;

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * The way to the target with this ARN. What cannot be delivered goes to the target's dead-letter queue.
 *
 * @throws TemplateError where the engine knows no such kind of target
 */
export const senderTo = (
  targetArn: string,
  deadLetterArn: string | undefined,
  services: TargetServices,
): Send => {
  const { queues, functions, timers, stopping } = services;
  const deliver = (): Send => {
    if (targetArn.startsWith('arn:aws:sqs:')) return (input) => queues.send(targetArn, input);
    if (targetArn.startsWith('arn:aws:lambda:'))
      return (input) =>
        void invokeLater(functions.get(targetArn), json(input), {
          timers,
          stopping,
          deadLetter: (queueArn, body) => queues.send(queueArn, body),
        });
    throw new TemplateError(
      `events cannot be sent to ${targetArn}: the engine delivers to queues and functions`,
    );
  };
  const send = deliver();
  return (input) => {
    try {
      send(input);
    } catch (error) {
      if (!deadLetterArn) throw error;
      queues.send(deadLetterArn, input);
    }
  };
};
