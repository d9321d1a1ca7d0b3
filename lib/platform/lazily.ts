/** Makes a value when it is first asked for. A failure is thrown to whoever asks, and tried again by the next. */
export const lazily = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
