type Line = (message: string, fields: Record<string, unknown>) => void;

/** Where the workers' log lines go. */
export interface Log {
  info: Line;
  warn: Line;
  error: Line;
}
