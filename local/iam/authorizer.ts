import { Evaluator } from './evaluator.ts';
import type { PolicyFile } from './policy.ts';
import type { ConditionContext, Need, Place } from './request.ts';
import type { Grant, Use } from './usage.ts';

/** Why a call may not go ahead. */
export interface Denial {
  principal: string;
  action: string;
  resource: string;
  explicit: boolean;
}

/** Gives the condition keys that only a resource itself knows, such as `aws:ResourceTag/tenant`, in lower case. */
export type ResourceKeys = (resource: string, region: string) => Promise<ConditionContext>;

const keyOfResource = (key: string): boolean =>
  ['aws:resourcetag/', 'ec2:', 'elasticloadbalancing:resourcetag/', 'iam:permissionsboundary'].some(
    (prefix) => key.startsWith(prefix),
  );

/** Answers whether a role may do what a call needs, and remembers which grants it needed for that. */
export class Authorizer {
  readonly #evaluator: Evaluator;
  readonly #file: PolicyFile;
  readonly #resourceKeys: ResourceKeys;
  readonly #used: (use: Use) => void;
  readonly #seen = new WeakSet<Grant>();
  readonly #known = new Set<string>();

  /**
   * @param used told once of each grant that allowed something
   * @throws Error where a policy is malformed
   */
  constructor(file: PolicyFile, resourceKeys: ResourceKeys, used: (use: Use) => void) {
    this.#evaluator = new Evaluator(file.policies);
    this.#file = file;
    this.#resourceKeys = resourceKeys;
    this.#used = used;
  }

  /** The first denial, or undefined where every need is met. */
  async findDenial(needs: readonly Need[], place: Place): Promise<Denial | undefined> {
    for (const need of needs) {
      const denial = await this.#check(need, place);
      if (denial) return denial;
    }
    return undefined;
  }

  async #check(need: Need, place: Place): Promise<Denial | undefined> {
    const granted: Grant[] = [];
    let explicit = false;
    for (const resource of need.resources) {
      const context = await this.#context(need, resource, place);
      const decision = this.#evaluator.evaluate({ action: need.action, resource, context });
      if (decision.effect === 'allow') granted.push(...decision.grants);
      else explicit ||= decision.effect === 'explicitDeny';
    }
    if (explicit || granted.length === 0)
      return {
        principal: this.#file.sessionArn,
        action: need.action,
        resource: need.resources[0] ?? '*',
        explicit,
      };
    for (const grant of granted) this.#note(grant);
    return undefined;
  }

  async #context(need: Need, resource: string, place: Place): Promise<ConditionContext> {
    const asked = this.#evaluator.keysAskedFor(need.action);
    const context: Record<string, string | readonly string[]> = {
      'aws:requestedregion': place.region,
      'ec2:region': place.region,
      'aws:principalarn': this.#file.roleArn,
      'aws:principalaccount': this.#file.account,
      'aws:principaltype': 'AssumedRole',
      'aws:resourceaccount': resource.split(':')[4] || this.#file.account,
      'aws:securetransport': 'true',
      ...need.context,
    };
    if (asked.some((key) => keyOfResource(key) && context[key] === undefined))
      Object.assign(context, await this.#resourceKeys(resource, place.region));
    if (asked.includes('aws:currenttime')) context['aws:currenttime'] = new Date().toISOString();
    if (asked.includes('aws:epochtime')) context['aws:epochtime'] = String(Math.floor(Date.now() / 1000));
    return context;
  }

  #note(grant: Grant): void {
    if (this.#seen.has(grant)) return;
    this.#seen.add(grant);
    const key = JSON.stringify(grant);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#used({ roleArn: this.#file.roleArn, ...grant });
  }
}
