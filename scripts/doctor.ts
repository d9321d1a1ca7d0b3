/** Looks at an AWS account before the first deployment, and says what to do. Changes nothing. */
import { styleText } from 'node:util';
import { checks } from './doctor/checks.ts';
import { createClients } from './doctor/clients.ts';
import { examine } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';

const signs = { good: styleText('green', '✓'), weak: styleText('yellow', '!'), bad: styleText('red', '✗') };

const print = ({ name, verdict, found, advice }: Finding): void => {
  console.log(`${signs[verdict]} ${name}: ${found}`);
  if (advice) console.log(`    → ${advice}`);
};

if (import.meta.main) {
  const findings = await examine(checks, createClients());
  for (const finding of findings) print(finding);
  const bad = findings.filter(({ verdict }) => verdict === 'bad').length;
  console.log(
    bad === 0 ? '\nReady to deploy: npx cdk deploy --all' : `\nNot ready: mend the ${bad} marked ✗ first.`,
  );
  process.exitCode = bad === 0 ? 0 : 1;
}
