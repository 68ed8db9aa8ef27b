/**
 * Loaded before a program: its wall clock (`Date.now()`, `new Date()`, `Date()`) is away from the system's by as many
 * milliseconds as the parent process says, from when it says so. As when somebody sets the clock, what does not follow
 * is the monotonic clock (`performance.now()`, timers); as on a shared file system, nor do the times that the system
 * itself gives to files.
 */
const SystemDate = Date;
let offset = 0;
const now = (): number => SystemDate.now() + offset;

globalThis.Date = new Proxy(SystemDate, {
  construct: (target, args, newTarget: () => unknown) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  apply: () => new SystemDate(now()).toString(),
  get: (target, key, receiver): unknown => (key === "now" ? now : Reflect.get(target, key, receiver)),
});
process.on("message", (message) => (offset = Number(message)));
// The parent's line must not keep alive a program that has ended its work.
process.channel?.unref();
