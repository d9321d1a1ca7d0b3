import { populationOf, type StreamTotal } from '../../platform/totals/stream-total.ts';

/** What `/metrics` says of API keys, from the table's stream (contract 2.22). */
export const apiKeyTotals: readonly StreamTotal[] = [
  populationOf({
    kind: 'API_KEY',
    name: 'api_keys_active',
    help: 'API keys that were made and not revoked, expired ones included.',
    labels: [],
    seriesOf: () => [],
  }),
];
