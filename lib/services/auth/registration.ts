import { defaultRole } from '../../platform/auth/roles.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { PublicCaller } from '../../platform/http/caller.ts';
import type { Write } from '../../platform/table/types.ts';
import type { Register, User } from './schema.ts';
import { addUser, type UserParts, wireUser } from './users.ts';

/** Who may come in at all: anybody, those who were invited, or nobody. It decides over the operator's bill. */
export type Admission = 'open' | 'invite' | 'closed';

export interface RegistrationParts extends UserParts {
  admission: Admission;
  /**
   * The write that uses the invitation up, for the registration's transaction.
   * @throws CloudError `FORBIDDEN` for a code that is none
   */
  consumeInvitation(code: string, email: string): Write;
}

const refused = (message: string) => new CloudError('FORBIDDEN', message);

/** Writes that admission needs in the transaction. @throws CloudError `FORBIDDEN` */
const admit = ({ admission, consumeInvitation }: RegistrationParts, body: Register): Write[] => {
  if (admission === 'open') return [];
  if (admission === 'closed') throw refused('registration is closed');
  if (!body.invitation) throw refused('registration needs an invitation');
  return [consumeInvitation(body.invitation, body.email)];
};

/** @throws CloudError `FORBIDDEN` where admission is refused; `INVALID_INPUT` for a weak password or a registered e-mail */
export const register = async (
  parts: RegistrationParts,
  caller: PublicCaller,
  body: Register,
): Promise<User> => {
  const extra = admit(parts, body);
  const { email, password, name } = body;
  return wireUser(await addUser(parts, caller, { email, password, name, role: defaultRole }, extra));
};
