/** Waits for `work`, but not longer than this; the work itself goes on. */
export const within = (milliseconds: number, work: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((done) => {
    timer = setTimeout(done, milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
