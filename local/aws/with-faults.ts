import type { StandIn } from './stand-in.ts';

/** Failures on request, as the EC2 stand-in has them. */
export interface FaultsAround {
  /** May wait, and may throw instead of the action. */
  before(action: string, input: object): Promise<void>;
  /** May throw after the action took effect. */
  after(action: string, input: object): void;
}

/** A stand-in whose actions fail, wait or are throttled on request, by name without `Command`. */
export const withFaults = <S extends StandIn>(standIn: S, faults: FaultsAround): S => ({
  ...standIn,
  actions: Object.fromEntries(
    Object.entries(standIn.actions).map(([command, action]): [string, StandIn['actions'][string]] => {
      const name = command.replace(/Command$/, '');
      return [
        command,
        async (input, caller) => {
          await faults.before(name, input);
          const output = await action(input, caller);
          faults.after(name, input);
          return output;
        },
      ];
    }),
  ),
});
