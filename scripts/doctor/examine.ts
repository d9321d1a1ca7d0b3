import type { Clients } from './clients.ts';
import type { Check, Finding } from './finding.ts';

/**
 * Runs the checks, all at once. The first is the identity: without one the others have nothing to look at and are left
 * out. A check that AWS refuses becomes a finding itself.
 */
export const examine = async (
  [identity, ...others]: readonly Check[],
  clients: Clients,
): Promise<Finding[]> => {
  const run = async ({ name, look, refused = 'bad', refusedAdvice }: Check): Promise<Finding> => {
    try {
      return { name, ...(await look(clients)) };
    } catch (error) {
      const { name: code, message } = error as Error;
      return {
        name,
        verdict: refused,
        found: `could not be read (${code}: ${message})`,
        advice: refusedAdvice ?? 'Give these credentials the right to read it, or look yourself.',
      };
    }
  };
  if (!identity) return [];
  const first = await run(identity);
  return first.verdict === 'bad' ? [first] : [first, ...(await Promise.all(others.map(run)))];
};
