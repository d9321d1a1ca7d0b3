/** Access key of operators' commands: the stand-ins take its holder for the account's administrator. */
export const operatorKey = 'AKIALOCALOPERATOR';
