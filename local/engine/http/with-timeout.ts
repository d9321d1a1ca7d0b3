/** What `work` gives, or `otherwise` if it takes longer; the work itself is not stopped. */
export const withTimeout = <T>(work: Promise<T>, milliseconds: number, otherwise: () => T): Promise<T> =>
  new Promise((done, fail) => {
    const timer = setTimeout(() => done(otherwise()), milliseconds);
    work.then(done, fail).finally(() => clearTimeout(timer));
  });
