/** A bug, as a change of the source that brings it about. */
export interface Plant {
  name: string;
  /** What goes wrong, as a sentence. */
  description: string;
  /** What the simulator says of it. */
  shows: RegExp;
  /** What the seeds must dwell on for it to show soon; by its place in the list of themes. */
  theme?: number;
  changes: readonly {
    /** From the root of the repository. */
    file: string;
    /** Stands there just once. */
    find: string;
    replace: string;
  }[];
}
