/** What we use of it; it comes without types. */
declare module "fs-native-extensions" {
  const locks: import("./protocols/addon.ts").KernelLocks;
  export default locks;
}
