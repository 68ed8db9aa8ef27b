/** What the program's exit code says. These numbers are part of its interface and never change. */
export const ExitCode = {
  /** It was done; for `exists`: it is there. */
  done: 0,
  /** Not found, or refused. For `check`: something is lost or wrong. */
  refused: 1,
  /** The command line was wrong. */
  usage: 2,
  /** The store's files cannot be used as they are. */
  damaged: 3,
  /** Others kept the lock for longer than `--lock-timeout`. */
  lockTimeout: 4,
  /** The terminal went away, SIGHUP; the store is whole. */
  hungUp: 129,
  /** Ended by SIGINT; the store is whole. */
  interrupted: 130,
  /** Ended by SIGTERM; the store is whole. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
