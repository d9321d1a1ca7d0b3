import { actionsPartition } from '../../../lib/platform/table/keys.ts';
import type { Database, ItemWrite } from '../table/database.ts';
import { tableNames } from '../table/schema.ts';

interface Told {
  tenant: string;
  kind: string;
  id: string;
  action: string;
  ended: boolean;
}

/** What was done to resources, as their records told it: all of it must be found again in their histories. */
export class Histories {
  readonly #actions = new Map<string, Told>();

  look(
    { tenant, kind, id }: { tenant: string; kind: string; id: string },
    { before, after }: ItemWrite,
  ): void {
    const event = after?.event?.M;
    const action_id = event?.action_id?.S;
    if (!event || action_id === undefined) return;
    const was = before?.event?.M;
    if (was?.action_id?.S === action_id && was.phase?.S === event.phase?.S) return;
    const known = this.#actions.get(action_id);
    const ended = known?.ended === true || event.phase?.S !== 'requested';
    this.#actions.set(action_id, { tenant, kind, id, action: event.action?.S ?? '', ended });
  }

  /** @param dead bodies of messages that an operator would have to send again */
  check(database: Database, dead: readonly string[]): string[] {
    const wrong: string[] = [];
    for (const [action_id, { tenant, kind, id, action, ended }] of this.#actions) {
      if (dead.some((body) => body.includes(action_id))) continue;
      const found = database.get(tableNames.ephemeral, actionsPartition(tenant, kind, id), action_id);
      if (!found) wrong.push(`the history of ${kind} ${id} does not know of ${action} ${action_id}`);
      else if (ended && !found.outcome)
        wrong.push(`the history of ${kind} ${id} does not know how ${action} ${action_id} ended`);
    }
    return wrong;
  }
}
