/** Adds up the test reports of a CI run: `count.ts <folder> [--failed-stage NAME]`. Fails where a test was skipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
}

const [folder, flag, stage] = process.argv.slice(2);
if (!folder) throw new Error('usage: count.ts <folder> [--failed-stage NAME]');

const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Report;
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests;
  total.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
}
if (flag === '--failed-stage') {
  if (total.failed === 0) total.failed = 1;
  console.log(`failed in stage: ${stage}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.failed + total.skipped > 0) process.exitCode = 1;
