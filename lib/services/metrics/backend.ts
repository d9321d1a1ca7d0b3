import type { Reading } from './group-samples.ts';

/** What is wanted of one machine: its CPU, and its memory where somebody needs it. */
export interface MachineWanted {
  machineId: string;
  memory: boolean;
}

/** Minutes that begin from `from` on and before `to`, in milliseconds since the epoch, both whole minutes. */
export interface MinuteWindow {
  from: number;
  to: number;
}

/** Readings by the minute's begin, in milliseconds since the epoch. A minute without one is absent. */
export type MinuteReadings = ReadonlyMap<number, Reading>;

/** What was measured of machines. */
export interface MetricSource {
  /**
   * By machine id: its readings, none where nothing was measured, or why they could not be read. Throws nothing on
   * purpose: one call's failure is that of its machines alone.
   */
  read(
    machines: readonly MachineWanted[],
    window: MinuteWindow,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, MinuteReadings | Error>>;
}

/** A machine under detailed monitoring, and the instance that it was launched for. */
export interface MonitoredMachine {
  machineId: string;
  tenant: string;
  instance: string;
}

/**
 * Whether EC2 reports a machine each minute (detailed monitoring, which costs) or every five. Throws nothing but
 * `BackendError` on purpose. Safe to repeat; machines that are not there are left out.
 */
export interface Monitoring {
  detail(machineIds: readonly string[], signal: AbortSignal): Promise<void>;
  relax(machineIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** A page of the stage's machines under detailed monitoring, up to a thousand; `next` asks for the one after it. */
  detailed(
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<{ machines: MonitoredMachine[]; next?: string }>;
}
