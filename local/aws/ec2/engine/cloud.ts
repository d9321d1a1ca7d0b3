import type { StandInContext } from '../../stand-in.ts';
import type { Ec2Options } from '../index.ts';
import { type Collections, openCollections } from '../store/account-store.ts';
import { type AccountLimits, accountLimits } from './account-limits.ts';
import { Agenda } from './agenda.ts';
import { chores } from './chores.ts';
import { EventSource } from './event-source.ts';
import { Faults } from './faults.ts';
import { Lifecycle } from './lifecycle.ts';
import { initialSettings, type Settings } from './settings.ts';
import { Throttle } from './throttle.ts';
import { Transactions } from './transactions.ts';

/** The whole stand-in: its tables, what can be turned, and what runs by itself. */
export interface Cloud {
  timers: StandInContext['timers'];
  collections: Collections;
  limits: AccountLimits;
  settings: Settings;
  faults: Faults;
  throttle: Throttle;
  events: EventSource;
  transactions: Transactions;
  lifecycle: Lifecycle;
}

export const openCloud = (context: StandInContext, options: Ec2Options): Cloud => {
  const { timers, database } = context;
  const collections = openCollections(database);
  const settings = initialSettings(context.limits, options);
  const events = new EventSource(context, settings, options.onEventFailure);
  const transactions = new Transactions(database, events);
  const agenda = new Agenda(timers, transactions, chores(collections, settings, events));
  return {
    timers,
    collections,
    settings,
    events,
    transactions,
    limits: { ...accountLimits[context.limits], ...options.accountLimits },
    faults: new Faults(timers),
    throttle: new Throttle(timers, context.limits === 'default'),
    lifecycle: new Lifecycle({
      timers,
      collections,
      settings,
      events,
      transactions,
      agenda,
      report: options.report ?? ((problem) => process.emitWarning(problem)),
    }),
  };
};
