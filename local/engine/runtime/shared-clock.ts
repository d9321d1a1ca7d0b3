const RealDate = Date;

/**
 * Makes `Date` of this thread show the time in element 0 of the shared array, so that functions follow the engine's
 * virtual clock. Timers stay real.
 */
export const showTimeOf = (clock: Float64Array): void => {
  const now = (): number => clock[0] ?? 0;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
};
