import * as z from 'zod/mini';

/** EC2 allows 50 on a resource; the platform keeps ten for its own. */
export const maxTags = 40;

/** The characters that every AWS service takes. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const reserved = /^(?:aws|thecloud):/i;

const Key = z.string().check(
  z.minLength(1),
  z.maxLength(128),
  z.regex(characters),
  z.refine((key) => !reserved.test(key), 'the prefixes aws: and thecloud: are reserved'),
);

const Value = z.string().check(z.maxLength(256), z.regex(characters));

export const Tags = z
  .record(Key, Value)
  .check(z.refine((tags) => Object.keys(tags).length <= maxTags, `at most ${maxTags} tags`));
export type Tags = z.infer<typeof Tags>;
