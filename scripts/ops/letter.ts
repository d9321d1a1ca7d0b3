/** A dead letter as the operator reads it. */
export interface Letter {
  /** SQS's message id, or the object's key. */
  id: string;
  /** When it was first sent, RFC 3339. */
  sent_at?: string;
  /** How often it was received, its tries included. */
  receives?: number;
  /** What it is about, for example `INSTANCE 0199…`. */
  about: string;
  tenant?: string;
  /** Why it is dead, where that is known. */
  why?: string;
  body: string;
}

type Fields = Record<string, unknown>;

const parsed = (body: string): Fields | undefined => {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** What a reconcile message, an event of a bus or a schedule's message is about. */
export const aboutOf = (body: string): Pick<Letter, 'about' | 'tenant'> => {
  const message = parsed(body);
  if (!message) return { about: 'not JSON' };
  const type = text(message['detail-type']);
  const detail = type === undefined ? message : fieldsOf(message.detail);
  const id = text(detail.resource_id) ?? text(detail.id) ?? text(detail['instance-id']);
  const kind = text(detail.kind);
  const tenant = text(detail.tenant);
  const what = [type, kind, text(detail.action), id ?? text(detail.state)].filter(Boolean).join(' ');
  return { about: what || 'an empty message', ...(tenant && { tenant }) };
};

/** Why a service could not deliver it: EventBridge and its Scheduler, or Lambda, say it in the message's attributes. */
export const whyOf = (attributes: Readonly<Record<string, { StringValue?: string }>>): string | undefined => {
  const value = (name: string) => attributes[name]?.StringValue;
  const said = [value('ERROR_CODE') ?? value('ErrorCode'), value('ERROR_MESSAGE') ?? value('ErrorMessage')];
  return said.filter(Boolean).join(': ') || undefined;
};
