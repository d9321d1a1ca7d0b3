import { newAccount } from '../test/support/api-client.ts';
import { eventually } from '../test/support/eventually.ts';

export interface SubnetFigures {
  launches: number;
  /** Milliseconds from the first launch to the last answer. */
  allAnswered: number;
  /** Milliseconds from the first launch until all are seen RUNNING. */
  allRunning: number;
  distinctAddresses: number;
  /** Launches that were refused or failed. */
  errors: number;
}

interface Shown {
  status: string;
  private_ip?: string;
}

/**
 * So many launches at once into one /24 subnet of a new tenant, which has room for 251.
 * @throws Error where those that were answered with 201 do not all run after two minutes
 */
export const measureSubnet = async (url: string, launches = 200): Promise<SubnetFigures> => {
  const { api } = await newAccount(url, 'subnet');
  const make = async (path: string, body: object): Promise<string> => {
    const { status, data, text } = await api.post<{ id: string }>(path, body);
    if (status !== 201) throw new Error(`POST ${path} answered ${status}: ${text}`);
    return data.id;
  };
  const vpc = await make('/vpcs', { name: 'bench', cidr_block: '10.0.0.0/16' });
  const subnet_id = await make(`/vpcs/${vpc}/subnets`, { name: 'bench', cidr_block: '10.0.1.0/24' });
  const begin = performance.now();
  const answers = await Promise.all(
    Array.from({ length: launches }, (_, index) =>
      api.post('/instances', { name: `i-${index}`, image: 'ubuntu-24.04', subnet_id }),
    ),
  );
  const allAnswered = performance.now() - begin;
  const launched = answers.filter(({ status }) => status === 201).length;
  const all = await eventually(
    `all ${launched} launches run`,
    async () => {
      const { data } = await api.get<Shown[]>('/instances');
      return data.filter(({ status }) => status === 'RUNNING').length === launched && data;
    },
    120_000,
  );
  return {
    launches,
    allAnswered,
    allRunning: performance.now() - begin,
    distinctAddresses: new Set(all.map(({ private_ip }) => private_ip).filter(Boolean)).size,
    errors: launches - launched,
  };
};
