/** Rights that no flow on the local engine needs, and why AWS asks for them. */
export const neededOnAwsAlone: Readonly<Record<string, string>> = {};
