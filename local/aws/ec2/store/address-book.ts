import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type CidrBlock, formatAddress, parseAddress } from '../rules/cidr.ts';

/**
 * Who holds which private address of which subnet. The five that AWS reserves (the first four and the last) are held
 * by AWS from the start, so "the lowest free one" is the first gap after a held one.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export class AddressBook {
  readonly #take: StatementSync;
  readonly #holder: StatementSync;
  readonly #lowest: StatementSync;
  readonly #held: StatementSync;
  readonly #heldByOthers: StatementSync;
  readonly #release: StatementSync;
  readonly #forget: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync) {
    database.exec(
      `CREATE TABLE IF NOT EXISTS ec2_addresses (subnet_id TEXT NOT NULL, address INTEGER NOT NULL, holder TEXT NOT NULL,
         PRIMARY KEY (subnet_id, address)) WITHOUT ROWID;
       CREATE INDEX IF NOT EXISTS ec2_addresses_holder ON ec2_addresses (holder)`,
    );
    this.#take = database.prepare('INSERT INTO ec2_addresses (subnet_id, address, holder) VALUES (?, ?, ?)');
    this.#holder = database.prepare('SELECT holder FROM ec2_addresses WHERE subnet_id = ? AND address = ?');
    this.#lowest = database.prepare(
      `SELECT held.address + 1 AS address FROM ec2_addresses held WHERE held.subnet_id = ? AND NOT EXISTS
         (SELECT 1 FROM ec2_addresses next WHERE next.subnet_id = held.subnet_id AND next.address = held.address + 1)
         ORDER BY held.address LIMIT 1`,
    );
    this.#held = database.prepare('SELECT count(*) AS n FROM ec2_addresses WHERE subnet_id = ?');
    this.#heldByOthers = database.prepare(
      "SELECT 1 FROM ec2_addresses WHERE subnet_id = ? AND holder <> 'aws' LIMIT 1",
    );
    this.#release = database.prepare('DELETE FROM ec2_addresses WHERE holder = ?');
    this.#forget = database.prepare('DELETE FROM ec2_addresses WHERE subnet_id = ?');
    this.#clear = database.prepare('DELETE FROM ec2_addresses');
  }

  /** Opens a new subnet's addresses. */
  open(subnetId: string, block: CidrBlock): void {
    for (const offset of [0, 1, 2, 3, block.size - 1]) this.#take.run(subnetId, block.first + offset, 'aws');
  }

  /** How many addresses a launch could still get. */
  available(subnetId: string, block: CidrBlock): number {
    return block.size - Number(this.#held.get(subnetId)?.n);
  }

  /** Takes the lowest free address; the caller has made sure that there is one. */
  takeLowest(subnetId: string, holder: string): string {
    const address = Number(this.#lowest.get(subnetId)?.address);
    this.#take.run(subnetId, address, holder);
    return formatAddress(address);
  }

  take(subnetId: string, address: string, holder: string): void {
    this.#take.run(subnetId, parseAddress(address) ?? Number.NaN, holder);
  }

  /** `aws` for a reserved address. */
  holderOf(subnetId: string, address: string): string | undefined {
    return this.#holder.get(subnetId, parseAddress(address) ?? -1)?.holder as string | undefined;
  }

  isUsed(subnetId: string): boolean {
    return this.#heldByOthers.get(subnetId) !== undefined;
  }

  release(holder: string): void {
    this.#release.run(holder);
  }

  /** Forgets a deleted subnet. */
  forget(subnetId: string): void {
    this.#forget.run(subnetId);
  }

  clear(): void {
    this.#clear.run();
  }
}
