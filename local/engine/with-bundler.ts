let users = 0;

/** Does work that uses the bundler, and ends the bundler's own process once nobody needs it any more. */
export const withBundler = async <T>(work: () => Promise<T>): Promise<T> => {
  users += 1;
  try {
    return await work();
  } finally {
    users -= 1;
    if (users === 0) {
      const { stop } = await import('esbuild');
      await stop();
    }
  }
};
