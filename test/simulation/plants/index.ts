import type { Plant } from './plant.ts';

/** Of `program/themes.ts`. */
const groupsTheme = 7;
const jobsTheme = 8;
const messagesTheme = 9;
const runsTheme = 10;

/** Bugs that the simulator must find, each with the seeds that find it. */
export const plants: readonly Plant[] = [
  {
    name: 'lease-without-fencing',
    description: 'What a session writes is not conditional on the version that it was decided on.',
    shows: /went from version/,
    changes: [
      {
        file: 'lib/platform/store/settle.ts',
        find: 'const writes = [editWrite(kind, resource, edit), ...moveName(kind, resource, edit.after), ...extra];',
        replace:
          'const { when, otherwise, ...unfenced } = editWrite(kind, resource, edit);\n    const writes = [unfenced, ...moveName(kind, resource, edit.after), ...extra];',
      },
    ],
  },
  {
    name: 'missing-client-token',
    description: 'A launch carries no client token, so that its repeat launches another machine.',
    shows: /machine .* is an orphan/,
    changes: [
      {
        file: 'lib/services/instances/backend.ec2.ts',
        find: '    ClientToken: request.token,\n',
        replace: '',
      },
    ],
  },
  {
    name: 'counter-outside-the-transaction',
    description: 'The counter of a kind is changed after the transaction that makes the resource.',
    shows: /was not counted in the same transaction/,
    changes: [
      {
        file: 'lib/platform/store/create.ts',
        find: `          counter.claim(first.tenant, usage, resources.length),
          ...(options.extra ?? []),
        ],
        { signal: caller.signal },
      );`,
        replace: `          ...(options.extra ?? []),
        ],
        { signal: caller.signal },
      ).then(() => tables.write(counter.claim(first.tenant, usage, resources.length), { signal: caller.signal }) as Promise<never>);`,
      },
    ],
  },
  {
    name: 'outbox-that-skips',
    description: 'A batch of which some entries were refused counts as sent.',
    shows: /the history of .* does not know/,
    changes: [
      {
        file: 'lib/platform/lifecycle/outbox.ts',
        find: 'if (entry) failures.set(entry.record, error);',
        replace: 'void error;',
      },
    ],
  },
  {
    name: 'outbox-that-loops',
    description: 'The outbox acts on what was observed, and what is no news is written all the same.',
    shows: /is at rest, and is written all the same|no end after/,
    changes: [
      {
        file: 'lib/platform/lifecycle/decide.ts',
        find: '  if (next_attempt_at === undefined || (!isIntent && next_attempt_at === before.next_attempt_at)) return [];',
        replace:
          '  if (next_attempt_at === undefined)\n    return [{ message: { ...message, event_id: String(after.version), observed: true }, delaySeconds: 0 }];',
      },
      {
        file: 'lib/platform/lifecycle/settlement.ts',
        find: 'if (changed.length === 0 && removed.length === 0 && extra.length === 0) return undefined;',
        replace: '',
      },
    ],
  },
  {
    name: 'lost-delete',
    description: 'A machine that was asked to terminate counts as gone.',
    shows: /machine .* is an orphan/,
    changes: [
      {
        file: 'lib/services/instances/controller.ts',
        find: "    if (machine && machine.state !== 'terminated') {",
        replace: "    if (machine && machine.state !== 'terminated' && !wanted.status_reason) {",
      },
    ],
  },
  {
    name: 'stale-cache-after-revoke',
    description: 'A key that was found good stays good for as long as the process lives.',
    shows: /was revoked .* and answers 200/,
    changes: [
      {
        file: 'lib/platform/auth/create-authenticator.ts',
        find: 'principals.set(handle, principal, Math.min(expiresAt, readAt + maximumAgeMilliseconds));',
        replace: 'principals.set(handle, principal, expiresAt);',
      },
    ],
  },
  {
    name: 'non-idempotent-token-bucket',
    description: 'A bucket is charged again where the answer to a charge was lost.',
    shows: /the same addition to BUDGET.* was made twice/,
    changes: [
      {
        file: 'lib/platform/table/write.ts',
        find: 'asks && writeId ? unlessDone(write, writeId) : write',
        replace: 'write',
      },
    ],
  },
  {
    name: 'leaked-place',
    description: 'What an instance held of its subnet stays taken when it is gone.',
    shows: /is said to have .* places taken; a recount says|is left over/,
    changes: [
      {
        file: 'lib/services/subnets/cloud-networks.ts',
        find: 'subnetUses.release({ tenant, id: subnet_id }),',
        replace: '',
      },
    ],
  },
  {
    name: 'double-launch-on-redelivery',
    description: 'A group launches what is missing without asking whether somebody else has just done so.',
    theme: groupsTheme,
    shows: /SCALING_GROUP .* went from version|which does not know of it|members of/,
    changes: [
      {
        file: 'lib/services/autoscaling/launching.ts',
        find: 'store.plan(group, { set: { members, open_activities } }).write,',
        replace:
          '(({ when: _, otherwise: __, ...write }) => write)(store.plan(group, { set: { members, open_activities } }).write as never) as never,',
      },
    ],
  },
  {
    name: 'cool-down-ignored',
    description: 'A policy fires again before it has cooled down.',
    theme: groupsTheme,
    shows: /SCALING_GROUP .* fired its policy .* again after/,
    changes: [
      {
        file: 'lib/services/autoscaling/policies.ts',
        find: '  last_scaled_at !== undefined && now < Date.parse(last_scaled_at) + cooldown_sec * 1_000;',
        replace: '  last_scaled_at !== undefined && now < 0 && cooldown_sec < 0;',
      },
    ],
  },
  {
    name: 'cancel-that-forgets-in-flight-items',
    description: 'A job that is cancelled ends although some of its items are under way.',
    shows: /BATCH_JOB .* has ended with .* items under way/,
    theme: jobsTheme,
    changes: [
      {
        file: 'lib/services/batch-jobs/controller.ts',
        find: 'if (job.running > 0 || pendingOf(job) > 0)',
        replace: 'if ((job.running > 0 && !job.halted) || pendingOf(job) > 0)',
      },
    ],
  },
  {
    name: 'fan-out-that-forgets',
    description: 'Of a batch of deliveries, what the queue refused counts as sent.',
    theme: messagesTheme,
    shows: /SUBSCRIPTION .* never got .*, whose publish was accepted/,
    changes: [
      {
        file: 'lib/app/sqs-delivery-queue.ts',
        find: 'if (first) throw new Error(`',
        replace: 'if (first && signal.aborted) throw new Error(`',
      },
    ],
  },
  {
    name: 'invocation-that-was-begun',
    description: 'What has begun counts as run, though its worker may have died.',
    theme: runsTheme,
    shows: /the invocation .* is RUNNING for ever/,
    changes: [
      {
        file: 'lib/services/functions/invocation-worker.ts',
        find: 'if (known && hasEnded(known))',
        replace: "if (known && (hasEnded(known) || known.status === 'RUNNING'))",
      },
    ],
  },
];
