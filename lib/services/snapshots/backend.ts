/** What a block-storage backend says of one snapshot. */
export interface BlockSnapshot {
  id: string;
  /** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html */
  state: 'pending' | 'completed' | 'error';
  /** GiB of the volume as it was copied. */
  size_gb?: number;
  /** For example `40%`. */
  progress?: string;
  /** Why it has failed, where the backend says so. */
  reason?: string;
}

export interface SnapshotRequest {
  tenant: string;
  /** Of the record: the snapshot is found by it, as its creation has no client token. */
  id: string;
  name: string;
  description?: string;
  /** The backend's id of the volume. */
  volumeId: string;
}

/** The BlockStorage port, for snapshots. Everything but `create` is safe to repeat; only `BackendError` is thrown on purpose. */
export interface BlockSnapshots {
  /** The snapshots that the backend knows, by id. */
  describe(snapshotIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, BlockSnapshot>>;
  /** All that were made for these records, oldest first, by the record's id. */
  findByRecord(
    recordIds: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly BlockSnapshot[]>>;
  create(request: SnapshotRequest, signal: AbortSignal): Promise<BlockSnapshot>;
  /** One that is gone already is no failure. */
  delete(snapshotId: string, signal: AbortSignal): Promise<void>;
}
