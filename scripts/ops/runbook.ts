import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `docs/operate.md` says of one place where dead letters lie. */
export interface Runbook {
  /** Who is hurt: a sentence. */
  hurt: string;
  /** Whether and when a redrive is safe: a sentence. */
  redrive: string;
}

const page = join(import.meta.dirname, '../../docs/operate.md');

const paragraph = (section: string, title: string): string =>
  (
    new RegExp(
      `\\*\\*${title.replaceAll(' ', '\\s+')}:\\*\\*\\s+([\\s\\S]*?)(?=\\s\\*\\*[A-Z]|\\n\\n|$)`,
    ).exec(section)?.[1] ?? ''
  )
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The runbook of a dead-letter queue or failure bucket, by the heading `## <name>-dead` or `## <name>`. */
export const runbookOf = (name: string, text = readFileSync(page, 'utf8')): Runbook => {
  const sections = text.split(/^#+ /m);
  const section =
    sections.find((one) => one.startsWith(`${name}-dead\n`) || one.startsWith(`${name}\n`)) ?? '';
  return { hurt: paragraph(section, 'Who is hurt'), redrive: paragraph(section, 'Redrive') };
};
