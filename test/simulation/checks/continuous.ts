import { parseResourceKey } from '../../../lib/platform/table/keys.ts';
import type { ItemWrite } from '../table/database.ts';
import { type Image, isEqual, numberOf, textOf } from '../table/values.ts';
import { cooledDown } from './groups.ts';
import { Histories } from './history.ts';
import { jobAddsUp } from './jobs.ts';
import { mayBecome, transitions } from './transitions.ts';

/** Kinds that a tenant makes through the API; users and tenants are made by the operator here. */
const countedKinds = new Set(Object.keys(transitions));

/** What a change may touch that leaves the version alone: when the sweeper looks again. */
const unversioned = new Set(['wpk', 'wsk', 'write_id']);

const isUnchanged = (before: Image, after: Image): boolean =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].every((name) => {
    const [a, b] = [before[name], after[name]];
    return unversioned.has(name) || (a !== undefined && b !== undefined && isEqual(a, b));
  });

/** What must hold after every single write, whatever goes wrong. */
export class Continuous {
  readonly #quotas: Readonly<Record<string, number>>;
  readonly #report: (what: string) => void;
  /** Live records, by tenant and kind. */
  readonly #live = new Map<string, number>();
  readonly #kinds = new Set<string>();
  readonly histories = new Histories();
  /** How often each record was written. */
  readonly writes = new Map<string, number>();

  constructor(quotas: Readonly<Record<string, number>>, report: (what: string) => void) {
    this.#quotas = quotas;
    this.#report = report;
  }

  /**
   * An addition that carries an id is done once, however often it is sent and in whatever order it arrives: a bucket
   * is charged once for a call.
   */
  lookAtRepeats(writes: readonly ItemWrite[]): void {
    for (const { key, before, after, addsOnce } of writes) {
      const id = after?.write_id?.S;
      if (addsOnce && id !== undefined && id === before?.write_id?.S)
        this.#report(`the same addition to ${textOf(key.pk)} ${textOf(key.sk)} was made twice`);
    }
  }

  /** Whether there is anything of a kind, or ever was. */
  knows(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  look(writes: readonly ItemWrite[], now: number): void {
    const counted = new Set<string>();
    for (const write of writes) {
      const ref = parseResourceKey({ pk: textOf(write.key.pk), sk: textOf(write.key.sk) });
      if (ref && countedKinds.has(ref.kind)) {
        this.#lookAtRecord(ref, write);
        this.histories.look(ref, write);
        this.#kinds.add(ref.kind);
        this.writes.set(ref.id, (this.writes.get(ref.id) ?? 0) + 1);
        const name = `T#${ref.tenant}#COUNTER\n${ref.kind}`;
        const before = write.before && !write.before.deleted_at ? 1 : 0;
        const after = write.after && !write.after.deleted_at ? 1 : 0;
        if (before !== after) {
          this.#live.set(name, (this.#live.get(name) ?? 0) + after - before);
          counted.add(name);
        }
      }
    }
    for (const { key, after } of writes) {
      const name = `${textOf(key.pk)}\n${textOf(key.sk)}`;
      if (!textOf(key.pk).endsWith('#COUNTER')) continue;
      counted.delete(name);
      this.#lookAtCounter(name, after);
    }
    for (const name of counted)
      this.#report(`${name.replace('\n', ' ')} was not counted in the same transaction, at ${now}`);
  }

  #lookAtCounter(name: string, counter: Image | undefined): void {
    const total = numberOf(counter?.total) ?? 0;
    const live = this.#live.get(name) ?? 0;
    if (total !== live)
      this.#report(`the counter ${name.replace('\n', ' ')} says ${total}, there are ${live}`);
    for (const [attribute, value] of Object.entries(counter ?? {})) {
      const quota = /^used_(.+)$/.exec(attribute)?.[1];
      const used = numberOf(value) ?? 0;
      const limit = quota === undefined ? undefined : this.#quotas[quota];
      if (limit !== undefined && used > limit)
        this.#report(`${name.replace('\n', ' ')}: ${used} of ${limit} ${quota} are used`);
      if (quota !== undefined && used < 0)
        this.#report(`${name.replace('\n', ' ')}: ${used} ${quota} are used`);
    }
  }

  #lookAtRecord(ref: { tenant: string; kind: string; id: string }, { before, after }: ItemWrite): void {
    const name = `${ref.kind} ${ref.id}`;
    if (!after) {
      if (before && !before.deleted_at && before.generation)
        this.#report(`${name} went without having been deleted`);
      return;
    }
    const [was, is] = [numberOf(before?.version), numberOf(after.version)];
    if (before && is !== (was ?? 0) + 1 && !(is === was && isUnchanged(before, after)))
      this.#report(`${name} went from version ${was} to ${is}`);
    if (before?.deleted_at && !after.deleted_at) this.#report(`${name} came back after it was deleted`);
    if (ref.kind === 'BATCH_JOB') for (const what of jobAddsUp(after)) this.#report(`${name} ${what}`);
    if (ref.kind === 'SCALING_GROUP')
      for (const what of cooledDown(before, after)) this.#report(`${name} ${what}`);
    const [from, to] = [before?.status?.S, after.status?.S];
    if (!mayBecome(ref.kind, from, to)) this.#report(`${name} went from ${from} to ${to}`);
    const [wanted, reached] = [numberOf(after.generation), numberOf(after.observed_generation)];
    if (wanted !== undefined && reached !== undefined && reached > wanted)
      this.#report(`${name} has reached generation ${reached} of ${wanted}`);
  }
}
