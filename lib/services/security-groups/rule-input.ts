import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';
import { directions, protocols } from './schema.ts';

/** What a new rule lets through. `cidr` is as it was sent: `canonicalRule` checks it. */
export interface NewRule {
  direction: (typeof directions)[number];
  protocol: (typeof protocols)[number];
  port_min?: number;
  port_max?: number;
  cidr: string;
  source_group_id?: string;
  priority: number;
}

const everywhere = '0.0.0.0/0';
const highestPort = 65_535;

const Port = z.nullish(z.int().check(z.gte(0), z.lte(highestPort)));

const orUnset = <T extends z.ZodMiniType<string, string>>(text: T) =>
  z.nullish(
    z.union([
      z.pipe(
        z.literal(''),
        z.transform(() => undefined),
      ),
      text,
    ]),
  );

const RuleFields = z.object({
  direction: z.enum(directions),
  protocol: z.enum(protocols),
  port_min: Port,
  port_max: Port,
  cidr: orUnset(z.string()),
  source_group_id: orUnset(IdParam),
  priority: z.nullish(z.int().check(z.gte(0), z.lte(highestPort))),
});

/**
 * The body of a new rule (contract 2.7). The contract's clients send ports 0 and 0 where all are meant, and `""` for what
 * is not set; they also send an empty `id`, which counts for nothing.
 */
export const AddRule = z.pipe(
  RuleFields,
  z.transform((rule, context): NewRule => {
    const refuse = (path: string, message: string) => {
      context.issues.push({ code: 'custom', message, path: [path], input: rule });
      return z.NEVER;
    };
    const { direction, protocol, source_group_id, priority } = rule;
    const base = { direction, protocol, priority: priority ?? 100 };

    const peer = (): Pick<NewRule, 'cidr' | 'source_group_id'> | undefined => {
      if (source_group_id)
        return rule.cidr
          ? refuse('cidr', 'a rule names either a cidr or a source_group_id')
          : { cidr: '', source_group_id };
      return { cidr: rule.cidr ?? everywhere };
    };

    const ports = (): Pick<NewRule, 'port_min' | 'port_max'> | undefined => {
      const [min, max] = [rule.port_min ?? 0, rule.port_max ?? rule.port_min ?? 0];
      if (min === 0 && max === 0) return {};
      if (protocol === 'icmp' || protocol === 'all')
        return refuse('port_min', `${protocol} has no ports: leave them out`);
      if (max < min) return refuse('port_max', 'must not be less than port_min');
      return min === 0 && max === highestPort ? {} : { port_min: min, port_max: max };
    };

    const [through, from] = [ports(), peer()];
    if (!through || !from) return z.NEVER;
    return { ...base, ...through, ...from };
  }),
);
