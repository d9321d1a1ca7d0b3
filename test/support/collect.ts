/** All that an asynchronous iteration gives. */
export const collect = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const collected: T[] = [];
  for await (const one of all) collected.push(one);
  return collected;
};
