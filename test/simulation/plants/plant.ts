/** A bug, as a change of the source that brings it about. */
export interface Plant {
  name: string;
  /** What goes wrong, as a sentence. */
  description: string;
  /** What the simulator says of it. */
  shows: RegExp;
  changes: readonly {
    /** From the root of the repository. */
    file: string;
    /** Stands there just once. */
    find: string;
    replace: string;
  }[];
}
